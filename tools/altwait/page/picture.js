// SPDX-License-Identifier: GPL-2.0
/*
 * The lanes on a canvas, of which only what is in view is drawn: D3 has the scale, the
 * axis, the zoom, and the search for what is where.
 */
const LANE = 60,
	LABEL = 188,
	UP = 9,
	LIFE = 30,
	DOWN = 35,
	BAR = 16;
const MAX_ARROWS = 1500;

const scroll = document.getElementById("scroll");
const space = document.getElementById("space");
const canvas = document.getElementById("lanes");
const overview = document.getElementById("overview");
const scaleSvg = d3.select("#scale");
const began = d3.bisector((bar) => bar.call.began);

const picture = {
	axis: "order",
	shown: lanes,
	place: new Map(),
	chosen: null,
	under: null,
	arrows: 0,
	width: 0,
	height: 0,
	base: d3.scaleLinear(),
	x: d3.scaleLinear(),
	printing: false,
};

function at(bar, event) {
	return picture.x(positions[picture.axis][bar.run][event]);
}

/* ----------------------------------------------------------------- all of it */

/* The lanes in view, from the first to the one after the last */
function inView() {
	return [
		Math.floor(picture.top / LANE),
		Math.min(picture.shown.length, Math.ceil((picture.top + picture.height) / LANE)),
	];
}

/* The events in view, by run */
function eventsInView() {
	const [left, right] = [picture.x.invert(LABEL), picture.x.invert(picture.width)];

	return [
		positions[picture.axis].map((list) => d3.bisectLeft(list, left)),
		positions[picture.axis].map((list) => d3.bisectRight(list, right)),
	];
}

function drawArrows(context, first, end) {
	const list = new Set();

	picture.arrows = 0;
	for (let i = first; i < end; i++) {
		const lane = picture.shown[i];

		for (const some of [lane.reports, ...lane.halves]) {
			for (const bar of some) {
				if (bar.told && bar.told.cause !== null) list.add(bar);
				if (list.size > MAX_ARROWS) break;
			}
		}
	}
	if (list.size <= MAX_ARROWS) list.forEach((bar) => drawArrow(context, bar));
	for (const bar of [picture.under, picture.chosen]) {
		for (const one of bar ? [bar, partner(bar)] : [])
			if (one && one.told && one.told.cause !== null) drawArrow(context, one);
	}
	picture.crowded = list.size > MAX_ARROWS;
}

function draw() {
	const context = prepare(canvas, picture.width, picture.height);
	const [first, end] = inView(),
		[from, to] = eventsInView();
	const rows = d3.range(first, end);

	context.font = "11.5px " + colours.mono;
	const y = (i) => i * LANE - picture.top;
	for (const i of rows) {
		context.fillStyle = i % 2 ? colours.stripe : colours.sheet;
		context.fillRect(0, y(i), picture.width, LANE);
	}
	context.strokeStyle = colours.line;
	context.lineWidth = 0.5;
	context.beginPath();
	for (const tick of picture.x.ticks(ticks())) {
		context.moveTo(picture.x(tick), 0);
		context.lineTo(picture.x(tick), picture.height);
	}
	context.stroke();
	rows.forEach((i) => drawFork(context, picture.shown[i], y(i)));
	for (const i of rows)
		runs.forEach((run, r) => drawLife(context, picture.shown[i], y(i), r));
	for (const i of rows)
		for (const half of [UPPER, LOWER])
			drawBars(context, picture.shown[i], y(i), half, from, to);
	drawArrows(context, first, end);
	rows.forEach((i) => drawLabel(context, picture.shown[i], y(i), i % 2));
	context.fillStyle = colours.line;
	context.fillRect(LABEL - 1, 0, 1, picture.height);
	/* For who wants to know whether that was no more than there is to see */
	canvas.dataset.lanes = rows.length;
	drawScale();
	drawOverview();
}

function ticks() {
	return Math.max(2, Math.floor((picture.width - LABEL) / 110));
}

function tickText(value) {
	if (picture.axis === "order") return Number.isInteger(value) ? d3.format(",")(value) : "";
	return Math.abs(value) >= 1000
		? `${+(value / 1000).toFixed(6)} s`
		: Math.abs(value) < 1 && value
			? `${+(value * 1000).toFixed(3)} µs`
			: `${+value.toFixed(6)} ms`;
}

function drawScale() {
	scaleSvg.selectAll("g")
		.data([0])
		.join("g")
		.attr("transform", "translate(0,25)")
		.call(d3.axisTop(picture.x).ticks(ticks()).tickFormat(tickText).tickSizeOuter(0));
	scaleSvg.selectAll("text.title")
		.data([0])
		.join("text")
		.attr("class", "title")
		.attr("x", 12)
		.attr("y", 17)
		.text(picture.axis === "order" ? "order of events" : "time since the first event");
	/* What is left of the lanes is no place for a number. */
	scaleSvg.selectAll(".tick").attr("visibility", function () {
		return +this.getAttribute("transform").match(/[\d.-]+/)[0] < LABEL
			? "hidden"
			: null;
	});
}

/* Where in all of it there are differences, and where the view is */
function drawOverview() {
	const context = prepare(overview, picture.width, 18),
		seen = new Set();
	const whole = picture.base;
	const [left, right] = [LABEL, picture.width].map((x) => whole(picture.x.invert(x)));

	context.fillStyle = colours.stripe;
	context.fillRect(left, 0, right - left, 18);
	context.strokeStyle = colours.focus;
	context.strokeRect(left + 0.5, 0.5, right - left - 1, 17);
	for (const bar of differences) {
		const x = Math.round(whole(positions[picture.axis][bar.run][bar.call.began]));

		if (seen.has(x) || !isWanted(bar)) continue;
		seen.add(x);
		context.fillStyle = colours[bar.state];
		context.fillRect(x - 1, 3, 2, 12);
	}
	context.fillStyle = colours.faint;
	context.font = "11px " + colours.sans;
	context.fillText("differences", 12, 13);
}

/* What is at a point of the canvas: a bar, or null */
function barAt(x, y) {
	const i = Math.floor((y + picture.top) / LANE),
		lane = picture.shown[i];
	const inLane = y + picture.top - i * LANE;

	if (!lane || x < LABEL) return null;
	const half = inLane < LIFE + 2 ? UPPER : LOWER,
		list = lane.halves[half];
	if (!list.length || inLane < UP - 3 || inLane > DOWN + BAR + 3) return null;
	const value = picture.x.invert(x);
	const event = d3.bisectRight(positions[picture.axis][list[0].run], value) - 1;
	const k = began.right(list, event) - 1;
	for (const bar of [list[k], list[k + 1], list[k - 1]])
		if (bar && at(bar, bar.call.began) - 3 <= x && x <= at(bar, bar.until) + 3)
			return bar;
	return null;
}
