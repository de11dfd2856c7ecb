// SPDX-License-Identifier: GPL-2.0
/*
 * What is in the file, as lanes with bars. A lane is a task, of both runs where there
 * are two. Its upper half is stock's; its lower half is the policy's: what it would have
 * said to the same call, or the calls of the run under it.
 */
const data = JSON.parse(document.getElementById("data").textContent);
const history = data.history;
const runs = history.runs;
const isCompare = history.made_by === "compare";
const quirks = new Map(data.quirks.map((quirk) => [quirk.name, quirk]));
const UPPER = 0,
	LOWER = 1;
const policy = runs[runs.length - 1].policy;

/* Where events are, by each axis. Time never goes back here, though clocks may. */
const positions = { order: [], time: [] };
for (const run of runs) {
	const order = new Float64Array(run.events + 1),
		time = new Float64Array(run.events + 1);
	let latest = 0;

	for (let i = 0; i <= run.events; i++) {
		order[i] = i;
		if (run.times_ns && i < run.events)
			latest = Math.max(latest, run.times_ns[i] / 1e6);
		time[i] = latest;
	}
	positions.order.push(order);
	positions.time.push(time);
}
const hasTime = runs.every((run) => run.times_ns);

/* ------------------------------------------------------------------ the lanes */

function makeLanes() {
	const byName = new Map();

	runs.forEach((run, r) =>
		run.tasks.forEach((task, t) => {
			let lane = byName.get(task.name);

			if (!lane) {
				lane = {
					name: task.name,
					depth: task.name.split(/[./]/).length - 1,
					tasks: [null, null],
					comm: "",
					pids: [],
					halves: [[], []],
					lives: [null, null],
					reports: [],
				};
				byName.set(task.name, lane);
			}
			lane.tasks[r] = t;
			lane.comm = lane.comm || task.comm;
			lane.pids.push(task.pid);
			lane.lives[r] = {
				began: task.began,
				ended: task.ended,
				told: null,
				stops: [],
				moments: [],
			};
		}),
	);
	return [...byName.values()].sort((a, b) => byPlace(a.name, b.name));
}

/* P1.2 before P1.10, and a thread right below its process. */
function byPlace(a, b) {
	const one = a.match(/\d+|\D/g),
		two = b.match(/\d+|\D/g);

	for (let i = 0; i < Math.min(one.length, two.length); i++) {
		if (one[i] === two[i]) continue;
		if (isNaN(one[i]) || isNaN(two[i])) return one[i] === "/" ? -1 : 1;
		return one[i] - two[i];
	}
	return one.length - two.length;
}

const lanes = makeLanes();
const laneOf = runs.map((run, r) => {
	const of = new Array(run.tasks.length);

	for (const lane of lanes) if (lane.tasks[r] !== null) of[lane.tasks[r]] = lane;
	return of;
});

/* Stopped from a stop to what shows that it goes on. */
function addHappenings(run, r) {
	const open = new Map();

	function goesOn(task, at) {
		if (open.has(task)) laneOf[r][task].lives[r].stops.push([open.get(task), at]);
		open.delete(task);
	}
	for (const what of run.happenings) {
		const life = laneOf[r][what.task].lives[r];

		if (what.what === "stop" || what.what === "trap") {
			if (!open.has(what.task)) open.set(what.task, what.at);
		} else if (what.what !== "begin") {
			goesOn(what.task, what.at);
		}
		life.moments.push(what);
	}
	for (const task of [...open.keys()]) goesOn(task, run.events);
}
runs.forEach(addHappenings);

/* ------------------------------------------------------------------- the bars */

const ROW_STATES = {
	same: "agrees",
	timing: "agrees",
	differs: "differs",
	"first only": "differs",
	"second only": "differs",
	order: "raced",
};
const rowOf = runs.map(() => new Map());
for (const row of history.rows || []) {
	if (row.first !== null) rowOf[0].set(row.first, row);
	if (row.second !== null) rowOf[1].set(row.second, row);
}

const bars = [];
const differences = [];

function addBar(bar) {
	bar.lane = laneOf[bar.run][bar.call.task];
	bar.until = bar.call.ended === null ? runs[bar.run].events : bar.call.ended;
	bar.number = bars.length;
	bars.push(bar);
	bar.lane.halves[bar.half].push(bar);
	if (bar.told && bar.told.cause !== null) laneOf[bar.run][bar.told.about].reports.push(bar);
	return bar;
}

function addCall(run, r, call, c) {
	const row = rowOf[r].get(c);
	const told = { about: call.about, cause: call.cause };
	const what = call.cause === null ? null : run.happenings[call.cause];

	if (what && what.what === "exit") laneOf[r][call.about].lives[r].told = call.ended;
	if (isCompare) {
		const state = row ? ROW_STATES[row.mark] : "agrees";
		const bar = addBar({
			run: r,
			call,
			c,
			row,
			told,
			half: r ? LOWER : UPPER,
			state: r || state === "differs" ? state : "stock",
			text: call.result,
			asleep: call.ended === null,
		});

		if (row && state === "differs" && (r || row.second === null)) differences.push(bar);
		return;
	}
	addBar({
		run: r,
		call,
		c,
		told,
		half: UPPER,
		state: "stock",
		text: call.result,
		asleep: call.ended === null,
	});
	const said = call.policy;
	const lower = addBar({
		run: r,
		call,
		c,
		half: LOWER,
		state:
			call.verdict === null
				? "unjudged"
				: call.verdict === "same"
					? "agrees"
					: call.verdict,
		text: said ? said.text : call.verdict ? call.result : "no verdict",
		asleep: said ? said.asleep : false,
		told:
			said && (said.cause !== call.cause || said.about !== call.about)
				? said
				: null,
	});
	if (call.verdict === "differs" || call.verdict === "control") differences.push(lower);
}
runs.forEach((run, r) => run.calls.forEach((call, c) => addCall(run, r, call, c)));
/* The earliest, as altwait compare has it, comes first: the others may come of it. */
const isFirst = (bar) => Boolean(bar.row && bar.row.first_difference);
differences.sort((a, b) => isFirst(b) - isFirst(a) || a.call.began - b.call.began);

/* The bar of the other half: of the same call, or of that which is one with it. */
const barsOf = runs.map(() => new Map());
for (const bar of bars) if (isCompare || bar.half === UPPER) barsOf[bar.run].set(bar.c, bar);

function partner(bar) {
	if (!isCompare) return bars[bar.half === UPPER ? bar.number + 1 : bar.number - 1];
	const other = bar.row && (bar.run ? bar.row.first : bar.row.second);
	return other === null || other === undefined ? null : barsOf[1 - bar.run].get(other);
}

/* The quirks that explain a bar: of compare, those of the run that was asked, too. */
function quirksOf(bar) {
	const first = isCompare && bar.run === 1 ? partner(bar) : bar;

	return (first && first.call.quirks) || [];
}

/* ----------------------------------------------------------------- the filters */

const wanted = { process: "", call: "", verdict: "", quirk: "" };

/* From its beginning until its father is told of its end */
function livesBetween(lane, axis, left, right) {
	return lane.lives.some((life, r) => {
		const list = positions[axis][r];
		const until =
			life && (life.told ?? (life.ended === null ? runs[r].events : life.ended));

		return life && list[life.began] <= right && list[until] >= left;
	});
}

function isWanted(bar) {
	if (wanted.call && !bar.call.call.startsWith(wanted.call + "(")) return false;
	if (wanted.quirk && !quirksOf(bar).includes(wanted.quirk)) return false;
	if (!wanted.verdict) return true;
	const other = partner(bar);
	return bar.state === wanted.verdict || Boolean(other && other.state === wanted.verdict);
}

/* The lanes to show: those with such calls, and those that such calls are about. */
function wantedLanes() {
	const word = wanted.process.trim().toLowerCase();
	let shown = lanes;

	if (wanted.call || wanted.verdict || wanted.quirk) {
		const some = new Set();

		for (const bar of bars) {
			if (!isWanted(bar)) continue;
			some.add(bar.lane);
			if (bar.told && bar.told.about !== null)
				some.add(laneOf[bar.run][bar.told.about]);
		}
		shown = lanes.filter((lane) => some.has(lane));
	}
	if (!word) return shown;
	return shown.filter(
		(lane) =>
			lane.name.toLowerCase() === word ||
			lane.name.toLowerCase().startsWith(word + ".") ||
			lane.name.toLowerCase().startsWith(word + "/") ||
			lane.comm.toLowerCase().includes(word) ||
			lane.pids.some((pid) => String(pid) === word),
	);
}
