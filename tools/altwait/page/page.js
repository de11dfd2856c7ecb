// SPDX-License-Identifier: GPL-2.0
/*
 * What the reader does: filters, moves, chooses.
 */
const zoom = d3
	.zoom()
	.filter(() =>
		d3.event.type === "wheel"
			? d3.event.ctrlKey || d3.event.shiftKey
			: !d3.event.button,
	);
const tip = byId("tip");
let waiting = false;

/* Once for all that happens until the next frame */
function redraw() {
	if (waiting) return;
	waiting = true;
	requestAnimationFrame(() => {
		waiting = false;
		draw();
	});
}

/* The last event has room for its name. */
function lastPosition() {
	return Math.max(...positions[picture.axis].map((list) => list[list.length - 1])) || 1;
}

function setSize(all) {
	const total = picture.shown.length * LANE;

	picture.width = all ? PAPER : scroll.clientWidth;
	space.style.height = `${total}px`;
	picture.height = all ? total : Math.max(Math.min(total, scroll.clientHeight), LANE);
	picture.top = all ? 0 : Math.min(scroll.scrollTop, Math.max(0, total - picture.height));
	picture.base = d3
		.scaleLinear()
		.domain([0, lastPosition()])
		.range([LABEL + 14, picture.width - 24]);
	zoom.extent([
		[LABEL, 0],
		[picture.width, picture.height],
	])
		.translateExtent([
			[LABEL, -1e9],
			[picture.width, 1e9],
		])
		.scaleExtent([1, Math.max(10, sum("events"))]);
	picture.x = d3.zoomTransform(canvas).rescaleX(picture.base);
}

function setLanes() {
	picture.shown = wantedLanes();
	if (byId("near").checked) {
		const [left, right] = [LABEL, picture.width].map((x) => picture.x.invert(x));

		picture.shown = picture.shown.filter((lane) =>
			livesBetween(lane, picture.axis, left, right),
		);
	}
	picture.place = new Map(picture.shown.map((lane, i) => [lane, i]));
	byId("shown").textContent =
		picture.shown.length === lanes.length
			? `${plural(lanes.length, "lane")}, ${plural(sum("events"), "event")}.`
			: `${picture.shown.length} of ${plural(lanes.length, "lane")}.`;
	setSize();
	redraw();
}

/* -------------------------------------------------------------------- to choose */

/* Scroll and zoom so that a bar is seen, with its surroundings. */
function bringIntoView(bar) {
	zoomTo(bar);
	/* Which lanes there are may depend on where that is. */
	const y = picture.place.get(bar.lane) * LANE;
	if (y < scroll.scrollTop || y + LANE > scroll.scrollTop + picture.height)
		scroll.scrollTop = Math.max(0, y - picture.height / 2 + LANE);
}

function zoomTo(bar) {
	const list = positions[picture.axis][bar.run];
	const from = list[bar.call.began],
		until = list[bar.until];
	const x0 = picture.x(from),
		x1 = picture.x(until),
		room = picture.width - LABEL;

	if (x0 >= LABEL + 4 && x1 <= picture.width - 4 && x1 - x0 > 60) return;
	const span = Math.max((until - from) * 2.5, (lastPosition() / sum("events")) * 14);
	const k = Math.max(1, Math.min(picture.base.domain()[1] / span, zoom.scaleExtent()[1]));
	const middle = picture.base((from + until) / 2);
	d3.select(canvas).call(
		zoom.transform,
		d3.zoomIdentity.translate(LABEL + room / 2 - k * middle, 0).scale(k),
	);
}

function choose(bar, show) {
	if (bar && !wantedLanes().includes(bar.lane)) {
		Object.assign(wanted, { process: "", call: "", verdict: "", quirk: "" });
		showFilters();
		setLanes();
		showDifferences();
	}
	picture.chosen = bar;
	showDetail(bar);
	if (bar && show) bringIntoView(bar);
	if (show && document.activeElement && document.activeElement.closest("table"))
		byId("timeline").scrollIntoView({ block: "nearest" });
	redraw();
}

/* From the chosen one, or the left edge of what is in view */
function stepDifference(step) {
	const list = differences.filter(isWanted);

	if (!list.length) return;
	let i = list.indexOf(picture.chosen);

	if (i < 0 && picture.chosen) i = list.indexOf(partner(picture.chosen));
	choose(
		list[
			i < 0
				? step > 0
					? 0
					: list.length - 1
				: (i + step + list.length) % list.length
		],
		true,
	);
}

function stepCall(step) {
	const bar =
		picture.chosen || picture.shown.map((lane) => lane.halves[UPPER][0]).find(Boolean);

	if (!bar) return;
	const list = bar.lane.halves[bar.half];
	choose(picture.chosen ? list[list.indexOf(bar) + step] || bar : bar, true);
}

/* To the call of the next process that has any, at about the same time */
function stepLane(step) {
	const bar = picture.chosen;

	if (!bar) {
		stepCall(1);
		return;
	}
	for (let i = picture.place.get(bar.lane) + step; picture.shown[i]; i += step) {
		const halves = picture.shown[i].halves;
		const list = halves[bar.half].length ? halves[bar.half] : halves[1 - bar.half];

		if (list.length) {
			choose(
				list[Math.min(began.left(list, bar.call.began), list.length - 1)],
				true,
			);
			return;
		}
	}
}

function zoomBy(factor) {
	d3.select(canvas).call(zoom.scaleBy, factor);
}

function fit() {
	d3.select(canvas).call(zoom.transform, d3.zoomIdentity);
}

const KEYS = {
	n: () => stepDifference(1),
	p: () => stepDifference(-1),
	"+": () => zoomBy(1.6),
	"=": () => zoomBy(1.6),
	"-": () => zoomBy(1 / 1.6),
	0: fit,
	Escape: () => choose(null),
	ArrowLeft: () => stepCall(-1),
	ArrowRight: () => stepCall(1),
	ArrowUp: () => stepLane(-1),
	ArrowDown: () => stepLane(1),
};

scroll.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.altKey || event.metaKey || !KEYS[event.key]) return;
	event.preventDefault();
	KEYS[event.key]();
});

/* --------------------------------------------------------------------- to point */

function showTip(bar, x, y) {
	tip.hidden = !bar;
	if (!bar) return;
	tip.replaceChildren(
		element("p", {}, element("b", {}, bar.lane.name), ` ${bar.lane.comm}`),
		element("p", { class: "call" }, bar.call.call),
		answers(bar),
		element(
			"p",
			{ class: "source" },
			[quirksOf(bar).join(", "), timeOf(bar)].filter(Boolean).join(" · "),
		),
	);
	const room = byId("timeline").getBoundingClientRect();
	const left = Math.min(x - room.left + 14, room.width - tip.offsetWidth - 8);
	tip.style.left = `${Math.max(4, left)}px`;
	const below = y - room.top + 16;
	const above = Math.max(4, below - tip.offsetHeight - 30);
	tip.style.top = `${below + tip.offsetHeight > room.height ? above : below}px`;
}

canvas.addEventListener("mousemove", (event) => {
	const bar = event.buttons ? null : barAt(event.offsetX, event.offsetY);

	canvas.style.cursor = bar ? "pointer" : "";
	if (bar !== picture.under) redraw();
	picture.under = bar;
	showTip(bar, event.clientX, event.clientY);
});
canvas.addEventListener("mouseleave", () => {
	picture.under = null;
	showTip(null);
	redraw();
});
canvas.addEventListener("click", (event) => choose(barAt(event.offsetX, event.offsetY)));
overview.addEventListener("click", (event) => {
	d3.select(canvas).call(zoom.translateTo, event.offsetX, 0);
});

/* -------------------------------------------------------------------- to filter */

const FILTERS = ["process", "call", "verdict", "quirk"];

function showFilters() {
	for (const name of FILTERS) byId(name).value = wanted[name];
}

for (const name of FILTERS)
	byId(name).addEventListener(name === "process" ? "input" : "change", () => {
		wanted[name] = byId(name).value;
		setLanes();
		showDifferences();
	});
byId("near").addEventListener("change", setLanes);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("axis").addEventListener("change", () => {
	picture.axis = byId("axis").value;
	setSize();
	fit();
	setLanes();
});
byId("previous").addEventListener("click", () => stepDifference(-1));
byId("next").addEventListener("click", () => stepDifference(1));
byId("closer").addEventListener("click", () => zoomBy(1.6));
byId("farther").addEventListener("click", () => zoomBy(1 / 1.6));
byId("fit").addEventListener("click", fit);

/* -------------------------------------------------------------------- the legend */

function legendItem(text, paint) {
	const sample = element("canvas"),
		context = prepare(sample, 34, 14);

	sample.style.width = "34px";
	paint(context);
	byId("legend").append(element("li", {}, sample, text));
}

function legendBar(state, asleep) {
	return (context) => {
		context.fillStyle = colours[state + "-fill"];
		context.fillRect(1, 1, 32, 12);
		if (asleep) {
			context.fillStyle = hatch(context, colours[state]);
			context.fillRect(1, 1, 32, 12);
		}
		context.strokeStyle = colours[state];
		context.strokeRect(1.5, 1.5, 31, 11);
	};
}

function showLegend() {
	byId("legend").replaceChildren();
	legendItem(
		isCompare ? "above: a call under stock" : "above: what stock said",
		legendBar("stock"),
	);
	legendItem(`below: ${policy}, the same`, legendBar("agrees"));
	legendItem("≠ it differs", legendBar("differs"));
	legendItem("asleep", legendBar("differs", true));
	if (!isCompare) legendItem("linux differs from stock", legendBar("control"));
	legendItem(isCompare ? "moved" : "raced", legendBar("raced"));
	for (const [what, text] of [
		["exec", "exec"],
		["stop", "stop"],
		["trap", "stop for a tracer"],
		["continue", "continues"],
		["exit", "exit"],
		["handler", "a handler runs"],
	])
		legendItem(text, (context) => drawMoment(context, what, 17, 7));
	legendItem("ended, not reaped", (context) => {
		context.strokeStyle = colours.life;
		context.setLineDash([2, 4]);
		context.beginPath();
		context.moveTo(1, 7);
		context.lineTo(33, 7);
		context.stroke();
	});
	legendItem("who is told of it", (context) => {
		context.strokeStyle = context.fillStyle = colours.stock;
		context.beginPath();
		context.moveTo(1, 12);
		context.bezierCurveTo(16, 12, 16, 3, 26, 3);
		context.stroke();
		context.beginPath();
		context.moveTo(33, 3);
		context.lineTo(26, 0);
		context.lineTo(26, 6);
		context.fill();
	});
}

/* ------------------------------------------------------------------------ begin */

function setColours() {
	readColours();
	showLegend();
	redraw();
}

/* On paper there is no scrolling: all lanes, up to what some pages have room for. */
const PRINTED = 60,
	PAPER = 950;

function beforePrint() {
	const all = picture.shown;

	readColours();
	showLegend();
	showTip(null);
	picture.shown = all.slice(0, PRINTED);
	picture.place = new Map(picture.shown.map((lane, i) => [lane, i]));
	setSize(true);
	draw();
	if (all.length > PRINTED)
		byId("shown").textContent = `The first ${PRINTED} of ${all.length} lanes.`;
}

function afterPrint() {
	setColours();
	setLanes();
}

function begin() {
	count();
	showHead();
	showQuirks();
	showDifferences();
	const states = isCompare
		? [
				["differs", "what differs"],
				["raced", "moved"],
			]
		: [
				["differs", "what differs"],
				["control", "control differences"],
				["raced", "raced"],
				["unjudged", "no verdict"],
			];
	byId("verdict").append(
		element("option", { value: "" }, "all calls"),
		...states.map(([value, text]) => element("option", { value }, text)),
	);
	byId("quirk").append(
		...[...byQuirk.keys()].sort().map((value) => element("option", { value }, value)),
	);
	/* Of many, most have ended long before. */
	byId("near").checked = lanes.length > 40;
	if (!hasTime) byId("axis").lastElementChild.disabled = true;
	readColours();
	showLegend();
	d3.select(canvas)
		.call(
			zoom.on("zoom", () => {
				picture.x = d3.event.transform.rescaleX(picture.base);
				if (byId("near").checked) setLanes();
				redraw();
			}),
		)
		.on("dblclick.zoom", null);
	scroll.addEventListener("scroll", () => {
		setSize();
		redraw();
	});
	new ResizeObserver(() => {
		setSize();
		redraw();
	}).observe(scroll);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", setColours);
	matchMedia("print").addEventListener("change", (query) => {
		if (query.matches) beforePrint();
		else afterPrint();
	});
	window.addEventListener("beforeprint", beforePrint);
	window.addEventListener("afterprint", afterPrint);
	setSize();
	setLanes();
	draw();
	document.documentElement.dataset.ready = "yes";
}
begin();
