#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The page of altwait report in a browser.

usage: test_page.py ALTWAIT PICTURES	PICTURES: a directory, for what it looks like

Ends with `N passed, N failed`.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

ALTWAIT, PICTURES = map(pathlib.Path, sys.argv[1:3])
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = TOP / "tools/altwait/page/fixtures"
EVIL = '</script><img src=x onerror="window.owned=1">'

# The picture's: of a lane, of the column with names, and from its top to a half
LANE, LABEL, UPPER, LOWER = 60, 188, 17, 43


def begin_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--disable-gpu", "--window-size=1400,1000",
                     "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if os.getuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.chrome.service.Service("/usr/bin/chromedriver")
    return webdriver.Chrome(service=service, options=options)


def large_run(events):
    """A shell that makes children, one after the other, and waits for each: a quirk in some."""
    tasks = [{"name": "P1", "pid": 10, "comm": "sh", "process": 0, "maker": None,
              "began": 0, "ended": None}]
    happenings, calls = [], []
    for at in range(0, events - 4, 4):
        child = len(tasks)
        tasks.append({"name": f"P1.{child}", "pid": 10 + child, "comm": "true", "process": child,
                      "maker": 0, "began": at, "ended": at + 2})
        for what, when, by in (("begin", at, 0), ("exit", at + 2, child)):
            happenings.append({"what": what, "task": child, "by": by, "at": when,
                               "comm": "true", "signal": None})
        call = {"task": 0, "began": at + 1, "ended": at + 3, "call": "wait4(-1, 0)",
                "result": f"P1.{child}: exited 0", "about": child,
                "cause": len(happenings) - 1, "verdict": "same"}
        if child % 1000 == 0:
            said = {"text": "still asleep", "asleep": True, "about": None, "cause": None}
            call |= {"verdict": "differs", "linux": said, "policy": said, "quirks": ["pid-order"]}
        calls.append(call)
    run = json.loads((FIXTURES / "shadow.json").read_text(encoding="utf-8"))
    run["runs"][0] |= {"events": events, "times_ns": list(range(0, 1000 * events, 1000)),
                       "tasks": tasks, "happenings": happenings, "calls": calls}
    return run


class Page(unittest.TestCase):
    """What all of them share: one browser."""

    browser = scratch = None

    def open(self, kind, file=None, colours="light"):
        page = f"{self.scratch}/{kind}.html"
        subprocess.run([ALTWAIT, "report", f"--{kind}", file or FIXTURES / f"{kind}.json",
                        "--output", page], check=True)
        self.set_media(colours)
        self.browser.get_log("browser")
        self.browser.get(f"file://{page}")
        self.assertEqual(self.js("return document.documentElement.dataset.ready"), "yes",
                         self.browser.get_log("browser"))

    def tearDown(self):
        self.assertEqual([said for said in self.browser.get_log("browser")
                          if said["level"] == "SEVERE"], [])

    def set_media(self, colours, media=""):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": media, "features": [{"name": "prefers-color-scheme", "value": colours}]})

    def js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def drawn(self):
        """After the next picture"""
        self.browser.execute_async_script(
            "const done = arguments[0];"
            "requestAnimationFrame(() => requestAnimationFrame(() => done()));")

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.find(selector).text

    def texts(self, selector):
        return [one.text for one in self.browser.find_elements(By.CSS_SELECTOR, selector)]

    def x_of(self, event):
        """Where in the picture an event is: between two of the axis's numbers"""
        ticks = self.js("return [...document.querySelectorAll('#scale .tick')].map((tick) =>"
                        "[+tick.querySelector('text').textContent.replaceAll(',', ''),"
                        " +tick.getAttribute('transform').match(/[\\d.]+/)[0]])")
        (one, x_one), (two, x_two) = ticks[0], ticks[-1]
        return x_one + (event - one) * (x_two - x_one) / (two - one)

    def point_at(self, lane, half, event, click=False):
        canvas = self.find("#lanes")
        x = round(self.x_of(event) - canvas.size["width"] / 2)
        y = round(lane * LANE + half - canvas.size["height"] / 2)
        chain = ActionChains(self.browser).move_to_element_with_offset(canvas, x, y)
        (chain.click() if click else chain).perform()
        self.drawn()

    def keys(self, *keys):
        self.js("document.getElementById('scroll').focus()")
        ActionChains(self.browser).send_keys(*keys).perform()
        self.drawn()

    def choose(self, name, value):
        Select(self.find(f"#{name}")).select_by_value(value)
        self.drawn()

    def count_of(self, colour, left=0, top=0, right=1e9, bottom=1e9):
        """How many points of the picture, or of a part of it, have a colour of the style"""
        self.drawn()
        return self.js("""
            const [name, left, top, right, bottom] = arguments;
            const colour = getComputedStyle(document.documentElement).getPropertyValue(name);
            const n = parseInt(colour.trim().slice(1), 16);
            const canvas = document.getElementById("lanes");
            const points = canvas.getContext("2d").getImageData(left, top,
                Math.min(right, canvas.width) - left, Math.min(bottom, canvas.height) - top).data;
            let count = 0;
            for (let i = 0; i < points.length; i += 4)
                count += (points[i] << 16 | points[i + 1] << 8 | points[i + 2]) === n;
            return count;""", colour, left, top, right, bottom)

    def picture(self, name):
        (PICTURES / f"report-{name}.png").write_bytes(self.browser.get_screenshot_as_png())

    def tiles(self):
        return dict(zip(self.texts("#counts dt"), self.texts("#counts dd")))


class Shadow(Page):
    def test_head(self):
        self.open("shadow")
        self.assertEqual(self.text("h1"), "./jobs " + EVIL)
        self.assertIn("Linux 6.1.0-99-amd64", self.text("#where"))
        self.assertIn("The command exited 0. A program can see a difference in 3 wait calls, "
                      "by waitid-no-jobs, zombies-first, reaped-stays.", self.text("#gist"))
        self.assertEqual({name: self.tiles()[name] for name in (
            "wait calls", "the same", "differ", "control", "raced", "no verdict", "missed")},
            {"wait calls": "6", "the same": "1", "differ": "2", "control": "1", "raced": "1",
             "no verdict": "1", "missed": "1"})
        self.assertIn("No valid comparison", self.text("#invalid"))

    def test_programs_make_no_elements(self):
        self.open("shadow")
        self.point_at(0, UPPER, 14, click=True)
        self.assertEqual(self.js("return document.querySelectorAll('img').length"), 0)
        self.assertEqual(self.js("return document.querySelectorAll('script').length"), 3)
        self.assertIsNone(self.js("return window.owned"))
        self.assertEqual(self.browser.title, f"./jobs {EVIL}: altwait report")

    def test_needs_no_network(self):
        self.open("shadow")
        self.assertEqual(self.js("return performance.getEntriesByType('resource').length"), 0)
        self.assertEqual(self.js("return document.querySelectorAll('[src], link').length"), 0)

    def test_point(self):
        self.open("shadow")
        self.point_at(0, LOWER, 5.5)
        self.assertIn("waitid(P_PID, P1.1, WSTOPPED)", self.text("#tip"))
        self.assertIn("still asleep", self.text("#tip"))
        self.point_at(1, UPPER, 5.5)
        self.assertFalse(self.find("#tip").is_displayed())

    def test_click(self):
        self.open("shadow")
        self.assertFalse(self.find("#detail").is_displayed())
        self.point_at(0, UPPER, 5.5, click=True)
        detail = self.text("#detail")
        for words in ("stopped by SIGSTOP ← P1.1 stops by SIGSTOP (event 5)", "still asleep",
                      "waitid reports job-control stops", "wait.rs, lines 344-414"):
            self.assertIn(words, " ".join(detail.split()))
        self.find("#detail summary").click()
        self.assertIn("void probe(void)", self.text("#detail pre"))
        # A thread's lane is below its process's.
        self.point_at(1, LOWER, 14.5, click=True)
        self.assertIn("this is no verdict", self.text("#detail"))
        self.point_at(1, UPPER, 26, click=True)
        self.assertIn("This call has no verdict", self.text("#detail"))
        self.point_at(0, LOWER, 10, click=True)
        self.assertIn("a bug in altwait", self.text("#detail"))

    def test_arrows(self):
        self.open("shadow")
        # Over the thread's lane, which has nothing there, from below it to above
        part = (round(self.x_of(5)) - 2, LANE + 2, round(self.x_of(7)) + 2, 2 * LANE - 2)
        self.assertEqual(self.count_of("--stock", *part), 0)
        self.point_at(0, UPPER, 5.5, click=True)
        self.assertGreater(self.count_of("--stock", *part), 20)
        # The policy tells of another one, by an arrow of its own.
        part = (round(self.x_of(15)), LANE + LOWER + 12, round(self.x_of(21)), 2 * LANE + 28)
        self.assertEqual(self.count_of("--differs", *part), 0)
        self.point_at(1, LOWER, 20, click=True)
        self.assertGreater(self.count_of("--differs", *part), 20)
        # Its head is at the end of that call's bar.
        end = round(self.x_of(22))
        part = (end - 4, LANE + LOWER + 11, end + 4, LANE + LOWER + 16)
        self.assertGreater(self.count_of("--differs", *part), 10)

    def test_keys(self):
        self.open("shadow")
        self.keys("n")
        self.assertIn("P1: waitid(P_PID, P1.1, WSTOPPED)", self.text("#detail h3"))
        self.keys("n", "n")
        self.assertIn("P1/2: wait4(P1.10, WUNTRACED)", self.text("#detail h3"))
        self.assertIn("It takes these quirks together", self.text("#detail"))
        self.keys("n")
        self.assertIn("WSTOPPED", self.text("#detail h3"))
        self.keys("p")
        self.assertIn("P1/2", self.text("#detail h3"))
        self.keys(Keys.ARROW_LEFT)
        self.assertIn("P1/2: wait4(-1, WNOHANG)", self.text("#detail h3"))
        self.keys(Keys.ARROW_UP)
        self.assertIn("P1: ", self.text("#detail h3"))
        self.keys(Keys.ESCAPE)
        self.assertFalse(self.find("#detail").is_displayed())

    def test_zoom(self):
        self.open("shadow")
        before = self.x_of(14) - self.x_of(12)
        self.keys("+", "+")
        self.assertGreater(self.x_of(14) - self.x_of(12), 1.5 * before)
        self.keys("0")
        self.assertAlmostEqual(self.x_of(14) - self.x_of(12), before, 0)

    def test_axis(self):
        self.open("shadow")
        self.choose("axis", "time")
        ticks = [text for text in self.texts("#scale .tick") if text]
        self.assertEqual([text for text in ticks if not text.endswith(" ms")], [])
        self.assertGreater(len(ticks), 3)
        self.assertIn("time", self.text("#scale .title"))

    def test_filters(self):
        self.open("shadow")
        self.assertEqual(self.text("#shown"), "4 lanes, 28 events.")
        self.find("#process").send_keys("142")
        self.assertEqual(self.text("#shown"), "1 of 4 lanes.")
        self.find("#process").clear()
        self.find("#process").send_keys("</script>")
        self.assertEqual(self.text("#shown"), "1 of 4 lanes.")
        self.find("#process").send_keys(Keys.CONTROL + "a", Keys.BACKSPACE)
        self.choose("quirk", "waitid-no-jobs")
        # The caller, and whom the call is about
        self.assertEqual(self.text("#shown"), "2 of 4 lanes.")
        self.assertEqual(len(self.texts("#differences tbody tr")), 1)
        self.choose("quirk", "")
        self.choose("call", "wait4")
        self.assertEqual(len(self.texts("#differences tbody tr")), 1)
        self.choose("verdict", "control")
        self.assertEqual(self.text("#shown"), "0 of 4 lanes.")
        self.choose("call", "")
        self.assertEqual(self.text("#shown"), "2 of 4 lanes.")
        self.choose("verdict", "")
        x_of_3 = self.x_of(3)
        self.find("#near").click()
        self.assertEqual(self.text("#shown"), "4 lanes, 28 events.")
        self.keys(*"+" * 6)
        overview = self.find("#overview")
        ActionChains(self.browser).move_to_element_with_offset(
            overview, round(x_of_3 - overview.size["width"] / 2), 0).click().perform()
        self.drawn()
        # Around event 3 the last process has not begun.
        self.assertEqual(self.text("#shown"), "3 of 4 lanes.")

    def test_tables(self):
        self.open("shadow")
        self.assertEqual(self.texts("#quirks tbody button"),
                         ["waitid-no-jobs", "zombies-first", "reaped-stays"])
        self.assertIn("a bug in altwait", self.text("#differences"))
        self.browser.find_elements(By.CSS_SELECTOR, "#differences tbody button")[2].click()
        self.drawn()
        self.assertIn("P1/2: wait4(P1.10, WUNTRACED)", self.text("#detail h3"))

    def test_colours(self):
        brightness = ("return getComputedStyle(document.body).backgroundColor"
                      ".match(/\\d+/g).reduce((sum, one) => sum + +one, 0)")
        self.open("shadow")
        self.keys("n")
        for state in ("stock", "agrees", "differs", "control", "raced"):
            self.assertGreater(self.count_of(f"--{state}-fill"), 100, state)
        self.assertGreater(self.js(brightness), 600)
        self.picture("light")
        self.set_media("dark")
        for state in ("stock", "agrees", "differs", "control", "raced"):
            self.assertGreater(self.count_of(f"--{state}-fill"), 100, state)
        self.assertLess(self.js(brightness), 150)
        self.picture("dark")

    def test_print(self):
        self.open("shadow", colours="dark")
        self.set_media("dark", "print")
        self.assertFalse(self.find("#filters").is_displayed())
        self.assertTrue(self.find("#lanes").is_displayed())
        self.assertGreater(self.count_of("--differs-fill"), 100)
        self.assertEqual(self.js("return getComputedStyle(document.body).backgroundColor"),
                         "rgb(255, 255, 255)")
        self.picture("print")
        self.set_media("dark")
        self.assertTrue(self.find("#filters").is_displayed())
        paper = base64.b64decode(self.browser.print_page())
        (PICTURES / "report.pdf").write_bytes(paper)
        self.assertTrue(paper.startswith(b"%PDF"))


class Compare(Page):
    def test_both_runs(self):
        self.open("compare")
        self.assertIn("The runs differ in 2 wait calls.", self.text("#gist"))
        self.assertIn("would have differed in 1 call, by zombies-first", self.text("#gist"))
        self.assertEqual(self.tiles()["wait calls"], "4")
        self.keys("n")
        detail = " ".join(self.text("#detail").split())
        self.assertIn("This is the first difference between the two runs.", detail)
        self.assertEqual([text.endswith("← first") for text in
                          self.texts("#differences tbody td:nth-child(2)")], [True, False])
        self.assertIn("zombies-first", detail)
        self.assertIn("starry, asked P1.2: exited 0", detail)
        self.picture("compare")

    def test_without_times(self):
        run = json.loads((FIXTURES / "compare.json").read_text(encoding="utf-8"))
        run["runs"][1]["times_ns"] = None
        file = pathlib.Path(self.scratch) / "untimed.json"
        file.write_text(json.dumps(run), encoding="utf-8")
        self.open("compare", file)
        self.assertFalse(self.find("#axis option[value=time]").is_enabled())


class Large(Page):
    def test_hundred_thousand_events(self):
        file = pathlib.Path(self.scratch) / "large.json"
        file.write_text(json.dumps(large_run(100_000)), encoding="utf-8")
        begin = time.monotonic()
        self.open("shadow", file)
        opened = time.monotonic() - begin
        self.assertEqual(self.text("#shown"), "25,000 lanes, 100,000 events.")
        self.find("#near").click()
        self.js("document.getElementById('scroll').scrollTop = 700000")
        frames = self.browser.execute_async_script("""
            const done = arguments[0], took = [];
            let last = performance.now();
            function frame(now) {
                took.push(now - last);
                last = now;
                if (took.length > 12)
                    return done(took.slice(2));
                document.getElementById("scroll").scrollTop += 900;
                document.getElementById(took.length % 2 ? "closer" : "farther").click();
                requestAnimationFrame(frame);
            }
            requestAnimationFrame(frame);""")
        print(f"# 100000 events: opened after {opened:.1f} s, "
              f"a picture every {sum(frames) / len(frames):.0f} ms")
        self.assertLess(int(self.find("#lanes").get_attribute("data-lanes")), 30)
        self.assertLess(opened, 60)
        self.assertLess(sum(frames) / len(frames), 1000)
        self.find("#near").click()
        self.js("document.getElementById('fit').click()")
        self.keys("n", "n", "n")
        # Of the processes only those that live there: some dozen, and the shell
        shown = self.text("#shown")
        self.assertRegex(shown, r"^[1-9][0-9]? of 25,000 lanes\.$")
        self.assertIn("P1: wait4(-1, 0)", self.text("#detail h3"))
        self.assertIn("from event 11997 to 11999", self.text("#detail"))
        self.picture("large")


class Verdicts(unittest.TextTestResult):
    """As the other tests of this project say it"""
    passed = 0

    def addSuccess(self, test):
        Verdicts.passed += 1
        print(f"ok: {test.id().replace('__main__.', '')}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print(f"FAILED {test.id().replace('__main__.', '')}: {self.failures[-1][1]}")

    def addError(self, test, err):
        super().addError(test, err)
        print(f"FAILED {test.id().replace('__main__.', '')}: {self.errors[-1][1]}")


suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
with open(os.devnull, "w", encoding="utf-8") as nowhere, \
        tempfile.TemporaryDirectory() as Page.scratch, begin_browser() as Page.browser:
    result = unittest.TextTestRunner(stream=nowhere, resultclass=Verdicts).run(suite)
failed = len(result.failures) + len(result.errors)
print(f"{Verdicts.passed} passed, {failed} failed")
sys.exit(failed != 0)
