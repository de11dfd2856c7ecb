// SPDX-License-Identifier: GPL-2.0
/*
 * What is text: the head and the tables. All that comes from a program is put in as text,
 * never as HTML.
 */
function byId(id) {
	return document.getElementById(id);
}

function element(name, attributes, ...children) {
	const one = document.createElement(name);

	for (const [key, value] of Object.entries(attributes || {}))
		if (key.startsWith("on")) one.addEventListener(key.slice(2), value);
		else one.setAttribute(key, value);
	one.append(...children.filter((child) => child !== null));
	return one;
}

function plural(n, one, more) {
	return `${n.toLocaleString("en")} ${n === 1 ? one : more || one + "s"}`;
}

/* -------------------------------------------------------------------- the head */

const counted = { calls: 0, agrees: 0, differs: 0, control: 0, raced: 0, unjudged: 0 };
const byQuirk = new Map();
/* Of compare: what shadow mode says of the first run */
const asked = { differs: 0 };

function count() {
	for (const bar of bars) {
		/* One of the two: of compare, each row once. */
		if (
			isCompare
				? bar.run === 0 && bar.row && bar.row.second !== null
				: bar.half === UPPER
		)
			continue;
		counted.calls++;
		counted[bar.state === "stock" ? "agrees" : bar.state]++;
	}
	for (const bar of bars) {
		if (isCompare ? bar.run !== 0 : bar.half !== LOWER) continue;
		if (bar.call.verdict === "differs") asked.differs++;
		for (const name of bar.call.quirks || []) {
			const one = byQuirk.get(name) || { calls: 0, first: bar };

			one.calls++;
			byQuirk.set(name, one);
		}
	}
}

function tile(name, value, title, state) {
	return element(
		"div",
		{ class: value ? state || "" : "", title },
		element("dt", {}, name),
		element("dd", {}, value.toLocaleString("en")),
	);
}

function sum(member) {
	return runs.reduce((total, run) => total + run[member], 0);
}

function movedTile() {
	const what = "in the other run at another place, or a poll for a wait";

	return tile("moved", counted.raced, what);
}

function shadowTiles() {
	const control = "linux differs from stock: a bug in altwait";
	const raced = "something happened between the questions: no verdict";
	const late = "not answered when the recording ended, or back to stock";

	return [
		tile("control", counted.control, control, "control"),
		tile("raced", counted.raced, raced),
		tile("no verdict", counted.unjudged, late),
	];
}

function showHead() {
	const when = new Date(history.time * 1000).toISOString().replace("T", " ").slice(0, 16);
	const how = isCompare
		? `stock Linux's wait, then ${policy}'s`
		: `stock Linux's wait; ${policy} was asked the same`;

	document.title = `${history.command.join(" ")}: altwait report`;
	byId("command").textContent = history.command.join(" ");
	byId("where").textContent = [
		how,
		`Linux ${history.kernel} (${history.build})`,
		`${history.machine}, ${plural(history.cpus, "CPU")}`,
		`${when} UTC`,
	].join(" · ");
	showGist();
	byId("counts").append(
		tile(
			"wait calls",
			counted.calls,
			isCompare
				? "of both runs, what is one call once"
				: "with and without a verdict",
		),
		tile("the same", counted.agrees, "they differ in nothing that a program can see"),
		tile("differ", counted.differs, "a program can see it", "differs"),
		...(isCompare ? [movedTile()] : shadowTiles()),
		tile(
			"processes",
			lanes.filter((lane) => !lane.name.includes("/")).length,
			"and threads have lanes, too",
		),
		tile(
			"missed",
			sum("missed"),
			"redirects that the kernel's kprobes missed, on the whole machine",
			"control",
		),
		tile("back to stock", sum("trouble"), "processes, after trouble", "control"),
		tile(
			"ring waits",
			sum("uring"),
			"waits submitted to io_uring, which no policy answers",
			"control",
		),
	);
	if (runs.every((run) => run.valid)) return;
	byId("invalid").hidden = false;
	byId("invalid").textContent =
		"No valid comparison: redirects were missed, processes went " +
		"back to stock after trouble, or waits were submitted to io_uring.";
}

function strong(text) {
	return element("b", {}, text);
}

function showGist() {
	const names = [...byQuirk.keys()],
		gist = byId("gist");
	const by = names.length ? `, by ${names.join(", ")}.` : ".";

	if (!isCompare) {
		gist.append(`The command ${says(runs[0].ending)}. `);
		if (differences.length)
			gist.append(
				"A program can see a difference in ",
				strong(plural(differences.length, "wait call")),
				by,
			);
		else gist.append("Its wait calls do not differ in what a program can see.");
		return;
	}
	const mark = runs[0].ending === runs[1].ending ? (text) => text : strong;
	gist.append(
		"Under stock the command ",
		mark(says(runs[0].ending)),
		`, under ${policy} it `,
		mark(says(runs[1].ending)),
		". ",
	);
	if (differences.length)
		gist.append(
			"The runs differ in ",
			strong(plural(differences.length, "wait call")),
			". ",
		);
	else gist.append("Their wait calls do not differ. ");
	if (asked.differs)
		gist.append(
			`In the run under stock, ${policy} was asked, too, and would have `,
			"differed in ",
			plural(asked.differs, "call"),
			by,
		);
}

/* "exited 1", "killed by SIGKILL", "does not end" after "it" */
function says(ending) {
	return ending.startsWith("killed") ? `was ${ending}` : ending;
}

/* -------------------------------------------------------------------- the quirks */

function facts(...pairs) {
	return element(
		"dl",
		{},
		...pairs
			.filter(([, value]) => value)
			.flatMap(([name, value, source]) => [
				element("dt", {}, name),
				element(
					"dd",
					{},
					value,
					source ? element("div", { class: "source" }, source) : null,
				),
			]),
	);
}

function explained(name) {
	const quirk = quirks.get(name);

	if (!quirk) return element("p", {}, "altwait that has made this page does not know it.");
	const about = facts(
		["Linux", quirk.linux, quirk.linux_source],
		["Starry", quirk.starry, `wait.rs, lines ${quirk.seed_lines}`],
		["See it by", quirk.reproducer],
		["Selftest", quirk.selftest],
		["Not seen", quirk.unseen],
		["Under starry hidden by", quirk.hidden],
	);
	return element(
		"div",
		{},
		about,
		quirk.program
			? element(
					"details",
					{},
					element("summary", {}, "the C program that shows it"),
					element("pre", { tabindex: 0 }, quirk.program),
				)
			: null,
	);
}

function showQuirks() {
	const rows = [...byQuirk].sort((a, b) => b[1].calls - a[1].calls);

	if (!rows.length) {
		byId("quirks").append(element("p", {}, "None was seen."));
		return;
	}
	byId("quirks").append(
		element(
			"table",
			{ class: "wide" },
			element(
				"thead",
				{},
				element(
					"tr",
					{},
					element("th", { scope: "col" }, "quirk"),
					element("th", { scope: "col", class: "number" }, "calls"),
					element("th", { scope: "col" }, "what it is"),
				),
			),
			element(
				"tbody",
				{},
				...rows.map(([name, one]) =>
					element(
						"tr",
						{},
						element(
							"td",
							{ class: "mono" },
							element(
								"button",
								{
									type: "button",
									class: "link",
									title: "choose the first",
									onclick: () =>
										choose(
											one.first,
											true,
										),
								},
								name,
							),
						),
						element(
							"td",
							{ class: "number" },
							String(one.calls),
						),
						element("td", {}, explained(name)),
					),
				),
			),
		),
	);
}

/* ------------------------------------------------------------ the calls that differ */

const PAGE = 100;

function otherText(bar, half) {
	const one = bar.half === half ? bar : partner(bar);

	return one ? one.text : "no such call";
}

function differenceRow(bar) {
	const first = isFirst(bar) ? element("b", {}, " ← first") : null;

	return element(
		"tr",
		{},
		element(
			"td",
			{ class: "mono" },
			element(
				"button",
				{ type: "button", class: "link", onclick: () => choose(bar, true) },
				bar.lane.name,
			),
		),
		element("td", {}, bar.lane.comm, first),
		element("td", { class: "mono" }, bar.call.call),
		element("td", { class: "mono" }, otherText(bar, UPPER)),
		element("td", { class: "mono" }, otherText(bar, LOWER)),
		element(
			"td",
			{ class: "mono" },
			quirksOf(bar).join(", ") ||
				(bar.state === "control"
					? "a bug in altwait"
					: isCompare
						? ""
						: "unexplained"),
		),
	);
}

function showDifferences() {
	const rows = differences.filter(isWanted),
		place = byId("differences");
	const body = element("tbody"),
		more = element("button", { type: "button", class: "more" });
	let shown = 0;

	function extend() {
		body.append(...rows.slice(shown, shown + PAGE).map(differenceRow));
		shown = Math.min(shown + PAGE, rows.length);
		const next = Math.min(PAGE, rows.length - shown);

		more.textContent = `${next} more of ${plural(rows.length, "call")}`;
		more.hidden = shown === rows.length;
	}
	place.replaceChildren();
	if (!rows.length) {
		place.append(
			element(
				"p",
				{},
				differences.length ? "None that the filters leave." : "None.",
			),
		);
		return;
	}
	more.addEventListener("click", extend);
	place.append(
		element(
			"table",
			{ class: "wide" },
			element(
				"thead",
				{},
				element(
					"tr",
					{},
					...[
						"task",
						"program",
						"call",
						"stock",
						policy,
						"quirks",
					].map((title) => element("th", { scope: "col" }, title)),
				),
			),
			body,
		),
		more,
	);
	extend();
}
