// SPDX-License-Identifier: GPL-2.0
/*
 * The pieces of the picture: bars, lives, arrows, and their colours.
 */
/* ------------------------------------------------------------------ the colours */

let colours = {},
	hatches = {};

function readColours() {
	const style = getComputedStyle(document.documentElement);

	for (const name of [
		"sheet",
		"stripe",
		"line",
		"text",
		"faint",
		"life",
		"stock",
		"stock-fill",
		"agrees",
		"agrees-fill",
		"differs",
		"differs-fill",
		"control",
		"control-fill",
		"raced",
		"raced-fill",
		"stop",
		"go",
		"focus",
	])
		colours[name] = style.getPropertyValue("--" + name).trim();
	colours.mono = style.getPropertyValue("--mono").trim();
	colours.sans = getComputedStyle(document.body).fontFamily;
	colours.unjudged = colours.faint;
	colours["unjudged-fill"] = colours.stripe;
	hatches = {};
}

function hatch(context, colour) {
	if (!hatches[colour]) {
		const tile = document.createElement("canvas"),
			pen = tile.getContext("2d");

		tile.width = tile.height = 6;
		pen.strokeStyle = colour;
		pen.lineWidth = 1.3;
		pen.beginPath();
		for (const shift of [-6, 0, 6]) {
			pen.moveTo(shift, 6);
			pen.lineTo(shift + 6, 0);
		}
		pen.stroke();
		hatches[colour] = context.createPattern(tile, "repeat");
	}
	return hatches[colour];
}

/* Ready to be drawn on, w times h points large */
function prepare(target, w, h) {
	const dense = window.devicePixelRatio || 1,
		context = target.getContext("2d");

	if (target.width !== Math.round(w * dense) || target.height !== Math.round(h * dense)) {
		target.width = Math.round(w * dense);
		target.height = Math.round(h * dense);
	}
	target.style.width = w + "px";
	target.style.height = h + "px";
	context.setTransform(dense, 0, 0, dense, 0, 0);
	context.clearRect(0, 0, w, h);
	return context;
}

/* ------------------------------------------------------------------- the pieces */

function clipped(context, text, room) {
	const fits = Math.floor(room / context.measureText("0").width);

	if (text.length <= fits) return text;
	return fits < 4 ? "" : text.slice(0, fits - 1) + "…";
}

function drawBar(context, bar, y, x0, x1) {
	const top = y + (bar.half === UPPER ? UP : DOWN),
		width = Math.max(x1 - x0, 2);
	const dim = !isWanted(bar);

	context.globalAlpha = dim ? 0.22 : 1;
	context.fillStyle = colours[bar.state + "-fill"];
	context.fillRect(x0, top, width, BAR);
	if (bar.asleep) {
		context.globalAlpha *= 0.5;
		context.fillStyle = hatch(context, colours[bar.state]);
		context.fillRect(x0, top, width, BAR);
		context.globalAlpha = dim ? 0.22 : 1;
	}
	context.strokeStyle = colours[bar.state];
	context.lineWidth = bar === picture.chosen ? 2.5 : 1;
	if (width > 3) context.strokeRect(x0 + 0.5, top + 0.5, width - 1, BAR - 1);
	else context.strokeRect(x0, top, width, BAR);
	if (bar === picture.chosen || bar === picture.under) {
		context.strokeStyle = colours.focus;
		context.strokeRect(x0 - 1.5, top - 1.5, width + 3, BAR + 3);
	}
	/* Its text begins where it is in view. */
	const left = Math.max(x0, LABEL),
		room = x0 + width - left;

	if (room > 30) {
		/* In a second half the call need not be said again. */
		const text =
			!isCompare && bar.half === LOWER
				? bar.text
				: `${bar.call.call} = ${bar.text}`;
		const mark = bar.state === "differs" || bar.state === "control" ? "≠ " : "";
		const words = clipped(context, mark + text, room - 8);

		if (bar.asleep && words) {
			context.fillStyle = colours[bar.state + "-fill"];
			context.fillRect(
				left + 2,
				top + 2,
				context.measureText(words).width + 5,
				BAR - 4,
			);
		}
		context.fillStyle =
			bar.state === "agrees" || bar.state === "unjudged"
				? colours.faint
				: colours.text;
		context.fillText(words, left + 4, top + 12);
	}
	context.globalAlpha = 1;
}

/* What is not wider than a point has one bar for all that is there, but for differences. */
function drawBars(context, lane, y, half, from, to) {
	const list = lane.halves[half];
	let last = -1e9,
		i;

	if (!list.length) return;
	/* Those of a lane follow each other; the one before may reach into view. */
	const start = Math.max(0, began.left(list, from[list[0].run]) - 1);
	for (i = start; i < list.length; i++) {
		const bar = list[i];
		const plain = bar.state === "stock" || bar.state === "agrees";

		if (bar.call.began > to[bar.run]) break;
		const x1 = at(bar, bar.until);
		if (plain && x1 < last + 1) continue;
		drawBar(context, bar, y, at(bar, bar.call.began), x1);
		last = x1;
	}
}

function drawLife(context, lane, y, r) {
	const life = lane.lives[r];

	if (!life) return;
	const run = { run: r },
		level = y + LIFE + (isCompare ? (r ? 2 : -2) : 0);
	const end = life.ended === null ? runs[r].events : life.ended;
	const x0 = at(run, life.began),
		x1 = at(run, end);

	context.strokeStyle = colours.life;
	context.lineWidth = 2;
	context.beginPath();
	context.moveTo(x0, level);
	context.lineTo(x1, level);
	context.stroke();
	if (life.ended !== null) {
		const until = life.told === null ? runs[r].events : life.told;

		context.lineWidth = 1;
		context.setLineDash([2, 4]);
		context.beginPath();
		context.moveTo(x1, level);
		context.lineTo(at(run, until), level);
		context.stroke();
		context.setLineDash([]);
	}
	for (const [from, to] of life.stops) {
		context.fillStyle = colours.stop;
		context.fillRect(
			at(run, from),
			level - 1.5,
			Math.max(at(run, to) - at(run, from), 2),
			3,
		);
	}
	drawMoments(context, life, run, level);
}

const SHAPES = {
	begin: [
		"faint",
		[
			[-3, -4],
			[3, 0],
			[-3, 4],
		],
	],
	exec: [
		"faint",
		[
			[-3, -3],
			[3, -3],
			[3, 3],
			[-3, 3],
		],
	],
	stop: [
		"stop",
		[
			[-4, -4],
			[4, -4],
			[4, 4],
			[-4, 4],
		],
	],
	trap: [
		"stop",
		[
			[0, -5],
			[5, 0],
			[0, 5],
			[-5, 0],
		],
	],
	continue: [
		"go",
		[
			[-4, -5],
			[5, 0],
			[-4, 5],
		],
	],
	handler: [
		"faint",
		[
			[0, -4],
			[3, 3],
			[-3, 3],
		],
	],
};

function drawMoment(context, what, x, y) {
	if (what === "exit") {
		context.strokeStyle = colours.text;
		context.lineWidth = 2;
		context.beginPath();
		context.moveTo(x - 3.5, y - 3.5);
		context.lineTo(x + 3.5, y + 3.5);
		context.moveTo(x + 3.5, y - 3.5);
		context.lineTo(x - 3.5, y + 3.5);
		context.stroke();
		return;
	}
	const [colour, points] = SHAPES[what];

	context.fillStyle = colours[colour];
	context.beginPath();
	points.forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + dx, y + dy));
	context.fill();
}

function drawMoments(context, life, run, level) {
	let last = -1e9;

	for (const what of life.moments) {
		const x = at(run, what.at);

		if (x < LABEL - 5 || x < last + 2) continue;
		if (x > picture.width + 5) break;
		drawMoment(context, what.what, x, level);
		last = x;
	}
}

/* From what happened to the end of the call that is told of it */
function drawArrow(context, bar) {
	const what = runs[bar.run].happenings[bar.told.cause];
	const from = picture.place.get(laneOf[bar.run][bar.told.about]);
	const to = picture.place.get(bar.lane);

	if (from === undefined || to === undefined) return;
	const x0 = at(bar, what.at),
		x1 = at(bar, bar.until);
	if (Math.max(x0, x1) < LABEL || Math.min(x0, x1) > picture.width) return;
	const shift = -picture.top;
	const y0 = from * LANE + LIFE + shift,
		down = to > from;
	const y1 =
		to * LANE +
		shift +
		(bar.half === UPPER ? (down ? UP : UP + BAR) : down ? DOWN : DOWN + BAR);
	const colour = bar.state === "stock" ? colours.stock : colours[bar.state];
	const bold = bar === picture.chosen || bar === picture.under;
	const bend = y0 + (y1 - y0) / 2;

	picture.arrows++;
	context.globalAlpha = !isWanted(bar) ? 0.12 : bold ? 1 : 0.6;
	context.strokeStyle = context.fillStyle = colour;
	context.lineWidth = bold ? 2.5 : 1.2;
	context.setLineDash(bar.half === LOWER ? [5, 3] : []);
	context.beginPath();
	context.moveTo(x0, y0);
	context.bezierCurveTo(x0, bend, x1, bend, x1, y1 + (down ? -6 : 6));
	context.stroke();
	context.setLineDash([]);
	context.beginPath();
	context.moveTo(x1, y1);
	context.lineTo(x1 - 4, y1 + (down ? -7 : 7));
	context.lineTo(x1 + 4, y1 + (down ? -7 : 7));
	context.fill();
	context.globalAlpha = 1;
}

/* Where a task comes from */
function drawFork(context, lane, y) {
	const r = lane.lives[0] ? 0 : 1,
		task = runs[r].tasks[lane.tasks[r]];
	const maker = task.maker === null ? undefined : picture.place.get(laneOf[r][task.maker]);

	if (maker === undefined) return;
	const x = at({ run: r }, task.began);
	context.strokeStyle = colours.line;
	context.lineWidth = 1;
	context.beginPath();
	context.moveTo(x, maker * LANE + LIFE - picture.top);
	context.lineTo(x, y + LIFE);
	context.stroke();
}

function drawLabel(context, lane, y, odd) {
	const indent = 12 + Math.min(lane.depth, 6) * 10;

	context.fillStyle = odd ? colours.stripe : colours.sheet;
	context.fillRect(0, y, LABEL, LANE);
	context.fillStyle = colours.text;
	context.font = "600 12.5px " + colours.sans;
	context.fillText(clipped(context, lane.name, LABEL - indent - 8), indent, y + 26);
	context.font = "11.5px " + colours.sans;
	context.fillStyle = colours.faint;
	context.fillText(
		clipped(context, `${lane.comm} ${lane.pids.join(", ")}`, LABEL - indent - 2),
		indent,
		y + 42,
	);
}
