// SPDX-License-Identifier: GPL-2.0
/*
 * What there is to say about one call.
 */
function sentence(bar) {
	if (isCompare && isFirst(bar)) return "This is the first difference between the two runs.";
	if (isCompare)
		return {
			agrees: "The two runs agree in this call.",
			stock: "The two runs agree in this call.",
			differs: "Here the two runs differ.",
			raced: "The other run has this call at another place, or for a poll.",
		}[bar.state];
	const state = bar.half === LOWER ? bar.state : partner(bar).state;
	return {
		agrees: "Stock, linux and the policy say the same.",
		differs: "A program can see that the policy differs.",
		control: "linux differs from stock here: a bug in altwait.",
		raced: "Something happened between the questions: this is no verdict.",
		unjudged: "This call has no verdict: it had not returned, or went back to stock.",
	}[state];
}

function timeOf(bar) {
	const end = bar.call.ended === null ? "the end" : bar.call.ended;
	const from = `from event ${bar.call.began} to ${end}`;

	if (!hasTime) return from;
	const time = positions.time[bar.run];
	const took = time[bar.until] - time[bar.call.began];
	return `${from}, ${took.toLocaleString("en", { maximumSignificantDigits: 4 })} ms`;
}

function causeOf(bar) {
	const what =
		bar.told && bar.told.cause !== null
			? runs[bar.run].happenings[bar.told.cause]
			: null;

	if (!what) return null;
	const words =
		{
			exit: "exits",
			stop: `stops by SIG${what.signal}`,
			trap: "stops for its tracer",
			continue: "continues",
		}[what.what] || what.what;
	return `${runs[bar.run].tasks[bar.told.about].name} ${words} (event ${what.at})`;
}

function answers(bar) {
	const [upper, lower] = bar.half === UPPER ? [bar, partner(bar)] : [partner(bar), bar];
	const rows = [];

	function add(who, text, one, differs) {
		const cause = one && causeOf(one);

		rows.push(
			element(
				"tr",
				{},
				element("th", { scope: "row" }, who),
				element(
					"td",
					{ class: differs ? "differs" : "" },
					text + (cause ? `   ← ${cause}` : ""),
				),
			),
		);
	}
	const differs =
		bar.state === "differs" ||
		bar.state === "control" ||
		Boolean(lower && (lower.state === "differs" || lower.state === "control"));
	if (isCompare) {
		const said = (one) => (one ? `${one.call.call} = ${one.text}` : "no such call");

		add("stock", said(upper), upper);
		if (upper && upper.call.policy)
			add(
				`${policy}, asked`,
				upper.call.policy.text,
				null,
				upper.call.verdict === "differs",
			);
		add(policy, said(lower), lower, differs);
		return element("table", { class: "answers" }, ...rows);
	}
	add("stock", upper.text, upper);
	if (bar.call.linux) add("linux", bar.call.linux.text, null, lower.state === "control");
	if (lower.state !== "unjudged") add(policy, lower.text, lower, differs);
	return element("table", { class: "answers" }, ...rows);
}

function showDetail(bar) {
	const place = byId("detail");

	place.hidden = !bar;
	if (!bar) return;
	const names = quirksOf(bar),
		other = partner(bar);
	place.className = bar.state === "stock" && other && !isCompare ? other.state : bar.state;
	place.replaceChildren(
		element("h3", {}, `${bar.lane.name}: ${bar.call.call}`),
		element("p", { class: "source" }, `${bar.lane.comm}, ${timeOf(bar)}`),
		answers(bar),
		element(
			"p",
			{},
			sentence(bar),
			names.length > 1 ? " It takes these quirks together." : "",
		),
		...names.map((name) =>
			element(
				"div",
				{ class: "quirk" },
				element("h3", {}, name),
				explained(name),
			),
		),
	);
}
