"""Drives a headless Chromium over the DevTools protocol through the console of a running server.

Checks that figures move, the keyboard reaches everything with visible focus, nothing is announced without need, the
page fits a phone, the pause and the choice of a symbol work, a key is asked for, a lost connection is told, and that
there are no errors in the browser's console; takes pictures; runs axe if given. Exit code 1 if a check fails.
"""

import argparse
import asyncio
import base64
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import websockets

SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browser:
  """A Chromium with one page, and the DevTools connection to it."""

  def __init__(self, program):
    self.folder = tempfile.mkdtemp(prefix="check-console-")
    self.errors = []
    self.identifiers = itertools.count(1)
    self.waiting = {}
    # Chromium refuses to sandbox itself for root, who runs containers.
    self.process = subprocess.Popen(
      [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
       "--remote-debugging-port=0", f"--user-data-dir={self.folder}", "about:blank"],
      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

  async def connect(self):
    address = os.path.join(self.folder, "DevToolsActivePort")
    await until(lambda: os.path.exists(address) and os.path.getsize(address) > 0, 30, "Chromium to start")
    port = pathlib.Path(address).read_text().split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
      target = next(entry for entry in json.load(answer) if entry["type"] == "page")
    self.socket = await websockets.connect(target["webSocketDebuggerUrl"], max_size=None)
    self.reader = asyncio.create_task(self.read())
    for domain in ("Page", "Runtime", "Log", "Network"):
      await self.call(f"{domain}.enable")

  async def read(self):
    try:
      async for text in self.socket:
        message = json.loads(text)
        if "id" in message:
          self.waiting.pop(message["id"]).set_result(message)
        else:
          self.note(message["method"], message["params"])
    except websockets.ConnectionClosed:
      pass  # The browser was told to close.

  def note(self, method, parameters):
    """Keeps what a reader of the browser's console would see in red."""
    if method == "Runtime.exceptionThrown":
      details = parameters["exceptionDetails"]
      self.errors.append(details.get("exception", {}).get("description", details["text"]))
    elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
      self.errors.append(" ".join(str(value.get("value", "?")) for value in parameters["args"]))
    elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
      self.errors.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")

  async def call(self, method, **parameters):
    identifier = next(self.identifiers)
    future = asyncio.get_running_loop().create_future()
    self.waiting[identifier] = future
    await self.socket.send(json.dumps({"id": identifier, "method": method, "params": parameters}))
    answer = await asyncio.wait_for(future, 60)
    if "error" in answer:
      raise RuntimeError(f"{method}: {answer['error']}")
    return answer["result"]

  async def value(self, script):
    """The value of an expression in the page; promises are awaited."""
    answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
    if "exceptionDetails" in answer:
      raise RuntimeError(f"{script[:80]}: {answer['exceptionDetails']}")
    return answer["result"].get("value")

  async def key(self, name, text="", code=0, modifiers=0):
    common = {"key": name, "code": name, "windowsVirtualKeyCode": code, "modifiers": modifiers}
    await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
    await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

  async def tab(self):
    await self.key("Tab", code=9)

  async def size(self, width, height):
    await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                    mobile=width < 600)

  async def media(self, scheme="light", motion="no-preference"):
    await self.call("Emulation.setEmulatedMedia", features=[
      {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}])

  async def open(self, url):
    # The way over an empty page makes it a new document also when only the part after # differs.
    await self.call("Page.navigate", url="about:blank")
    await self.call("Page.navigate", url=url)
    await until(lambda: self.value("document.readyState === 'complete'"), 15, f"{url} to load")

  async def picture(self, path, is_whole=True):
    await self.call("Page.bringToFront")
    answer = await self.call("Page.captureScreenshot", captureBeyondViewport=is_whole)
    path.write_bytes(base64.b64decode(answer["data"]))

  async def close(self):
    await self.call("Browser.close")
    await self.socket.close()
    self.process.wait(20)
    shutil.rmtree(self.folder, ignore_errors=True)


async def until(condition, seconds, what):
  """Waits for a condition, a function or a coroutine function of no arguments."""
  end = time.monotonic() + seconds
  while time.monotonic() < end:
    result = condition()
    if asyncio.iscoroutine(result):
      result = await result
    if result:
      return result
    await asyncio.sleep(0.1)
  raise TimeoutError(f"waited {seconds} s for {what}")


class Checks:
  """What was checked and how it came out."""

  def __init__(self):
    self.failed = 0

  def expect(self, is_good, what, detail=""):
    more = f": {detail}" if detail and not is_good else ""
    print(("ok      " if is_good else "FAILED  ") + what + more, flush=True)
    self.failed += not is_good


def text(identifier):
  return f"document.getElementById('{identifier}').textContent.trim()"


async def wait_for_data(browser):
  await until(lambda: browser.value("document.querySelectorAll('#figures dd').length > 5"), 15, "the first snapshot")


async def reload(browser):
  await browser.open(await browser.value("location.href"))
  await wait_for_data(browser)


async def check_moving(browser, checks):
  """Figures change, in nodes that stay, and live regions stay silent meanwhile."""
  await browser.value("""(() => {
    window.kept = document.querySelector('#symbols-table tbody tr');
    window.announced = [];
    const regions = document.querySelectorAll('[role=status], [role=alert], [aria-live]:not(#alarm-list)');
    const observer = new MutationObserver((records) => records.forEach((record) => {
      window.announced.push(record.target.textContent);
    }));
    regions.forEach((node) => observer.observe(node, { childList: true, characterData: true, subtree: true }));
  })()""")
  figures, row = await browser.value(text("figures")), await browser.value("window.kept?.textContent")
  await asyncio.sleep(3)
  checks.expect(await browser.value(text("figures")) != figures, "key figures move")
  if row is not None:
    checks.expect(await browser.value("window.kept.isConnected && window.kept.textContent") not in (row, False),
                  "a symbol's figures move in a row that stays")
  announced = await browser.value("window.announced")
  checks.expect(announced == [], "no announcement while nothing happens", announced)


async def check_structure(browser, checks):
  """What assistive programs go by."""
  counts = await browser.value("""({
    lang: document.documentElement.lang, h1: document.querySelectorAll('h1').length,
    main: document.querySelectorAll('main').length, header: document.querySelectorAll('body > header').length,
    captions: [...document.querySelectorAll('table')].every((table) => table.caption?.textContent),
    scopes: [...document.querySelectorAll('th')].every((cell) => cell.scope),
    regions: [...document.querySelectorAll('.scroll')].every((node) => node.tabIndex === 0
      && node.getAttribute('role') === 'region' && node.getAttribute('aria-label')),
    titles: [...document.querySelectorAll('main section:not([hidden])')].every((node) => node.querySelector('h2')),
  })""")
  wanted = {"lang": "en", "h1": 1, "main": 1, "header": 1, "captions": True, "scopes": True, "regions": True,
            "titles": True}
  checks.expect(counts == wanted, "landmarks, headings, captions, scopes, regions", counts)


async def check_keyboard(browser, checks):
  """Tab goes through all that can be used, in the order of the page, and focus is seen."""
  # A new document, for Tab goes on from where focus was last.
  await reload(browser)
  stops = []
  for _ in range(60):
    await browser.tab()
    stop = await browser.value("""(() => {
      const node = document.activeElement;
      if (node === document.body) return null;
      const style = getComputedStyle(node);
      const target = (node.closest('label') ?? node).getBoundingClientRect();
      const isSeen = target.bottom > 0 && target.top < innerHeight;
      return { name: node.id || node.getAttribute('aria-label') || node.name || node.textContent.trim(),
        outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth), isSeen,
        size: Math.min(target.width, target.height),
        order: window.last ? Boolean(window.last.compareDocumentPosition(node) & 4) : true,
        mark: (window.last = node) && null };
    })()""")
    if stop is None or (stops and stop["name"] == stops[0]["name"]):
      break
    stops.append(stop)
  names = [stop["name"] for stop in stops]
  print("        tab order: " + ", ".join(names))
  checks.expect(names[:1] == ["Skip to content"], "the skip link comes first", names)
  for wanted in ("pause", "filter", "symbol", "symbols-region", "models-region"):
    checks.expect(wanted in names, f"Tab reaches {wanted}")
  checks.expect(all(stop["order"] for stop in stops), "Tab follows the order of the page")
  checks.expect(all(stop["outline"] >= 2 for stop in stops), "focus has an outline",
                [stop["name"] for stop in stops if stop["outline"] < 2])
  checks.expect(all(stop["isSeen"] for stop in stops), "focus is in sight",
                [stop["name"] for stop in stops if not stop["isSeen"]])
  checks.expect(all(stop["size"] >= 24 for stop in stops), "targets are 24 pixels or more",
                [(stop["name"], stop["size"]) for stop in stops if stop["size"] < 24])

  await browser.value("document.querySelector('.skip').focus()")
  await browser.key("Enter", "\r", 13)
  checks.expect(await browser.value("document.activeElement.id") == "main", "the skip link goes to the content")


async def check_choice(browser, checks, has_chart):
  """Arrows choose a symbol, its chart comes, and the address keeps it."""
  await browser.value("document.querySelector('#symbols-table input:checked').focus()")
  await browser.key("ArrowDown", code=40)
  chosen = await browser.value("document.querySelector('#symbols-table input:checked').value")
  checks.expect(await browser.value("new URLSearchParams(location.hash.slice(1)).get('symbol')") == chosen,
                "the address keeps the symbol")
  checks.expect(chosen in await browser.value(text("chart-title")), "the chart is of the symbol that was chosen")
  if has_chart:
    drawn = """(() => {
      const canvas = document.querySelector('#chart canvas');
      if (!canvas || !canvas.offsetParent) return false;
      return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0);
    })()"""
    await until(lambda: browser.value(drawn), 10, "the chart")
    checks.expect(True, "a chart is drawn")
    checks.expect(await browser.value("document.querySelectorAll('#legend li').length > 1"), "the chart has a legend")
    checks.expect(await browser.value("!document.getElementById('values').open"), "the table of values is folded")
    last = await browser.value(text("chart-time"))
    await browser.value("document.getElementById('chart').scrollIntoView({ block: 'center' })")
    place = await browser.value("""(() => {
      const { left, top, width, height } = document.getElementById('chart').getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()""")
    await browser.call("Input.dispatchMouseEvent", type="mouseMoved", **place)
    checks.expect(await browser.value(text("chart-time")) != last, "the legend follows the pointer")
    await browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    before = await browser.value(text("legend"))
    await browser.value("document.querySelector('#legend li:last-child input').click()")
    await asyncio.sleep(3)
    checks.expect(await browser.value(text("legend")) != before, "the chart moves")
    await browser.value("document.querySelector('#legend li:last-child input').click()")
    await browser.value("document.querySelector('#values summary').click()")
  else:
    await until(lambda: browser.value("document.getElementById('values').open"), 10, "the table of values")
    note = await browser.value(text("chart-note"))
    checks.expect("libjs-dygraphs" in note, "a note says why there is no chart", note)
  await until(lambda: browser.value("document.querySelectorAll('#values-table tbody tr').length > 5"), 5, "values")
  checks.expect(True, "values are in a table")
  await reload(browser)
  checks.expect(await browser.value("document.querySelector('#symbols-table input:checked')?.value") == chosen,
                "the symbol is still chosen after a reload")


async def check_filter(browser, checks):
  shown = "[...document.querySelectorAll('#symbols-table tbody tr')].filter((row) => !row.hidden).length"
  name = await browser.value("document.querySelector('#symbols-table tbody label').textContent")
  await browser.value("document.getElementById('filter').focus()")
  await browser.call("Input.insertText", text=name.lower())
  checks.expect(await browser.value(shown) == 1, "the filter leaves one symbol", await browser.value(shown))
  await browser.call("Input.insertText", text="?")
  checks.expect(await browser.value("!document.getElementById('symbols-empty').hidden"), "no match is told")
  await browser.value("""(() => {
    const filter = document.getElementById('filter');
    filter.value = '';
    filter.dispatchEvent(new Event('input'));
  })()""")


async def check_pause(browser, checks):
  await browser.value("document.getElementById('pause').focus()")
  await browser.key(" ", " ", 32)
  frozen = await browser.value(text("main"))
  await asyncio.sleep(2.5)
  checks.expect(await browser.value(text("main")) == frozen, "the pause freezes the page")
  checks.expect("paused" in await browser.value(text("paused")), "the pause is told")
  await browser.key(" ", " ", 32)
  await asyncio.sleep(1.5)
  checks.expect(await browser.value(text("main")) != frozen, "the page goes on after the pause")


async def check_width(browser, checks):
  await browser.size(360, 740)
  await asyncio.sleep(0.5)
  width = await browser.value("document.documentElement.scrollWidth")
  checks.expect(width <= 360, "no sideways scrolling at 360 pixels", width)
  await browser.size(*SCREENS["desktop"])


async def check_motion(browser, checks):
  await browser.media(motion="reduce")
  moving = await browser.value("""[...document.querySelectorAll('*')].filter((node) => {
    const style = getComputedStyle(node);
    return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none'
      || style.scrollBehavior === 'smooth';
  }).map((node) => node.tagName)""")
  checks.expect(moving == [], "nothing moves when less motion is wanted", moving)
  await browser.media()


async def check_outage(browser, checks, url):
  """A server that drops its connections for some seconds; errors of the network are expected then."""
  before = len(browser.errors)
  urllib.request.urlopen(urllib.request.Request(url, method="POST"))
  await until(lambda: browser.value(text("connection") + ".includes('connection lost')"), 10, "the loss to be told")
  told = await browser.value(text("connection"))
  checks.expect("since" in told and "trying again" in told, "a lost connection is told", told)
  await until(lambda: browser.value(text("connection") + " === 'live'"), 30, "the connection to come back")
  checks.expect(True, "the connection comes back")
  browser.errors[before:] = [error for error in browser.errors[before:]
                             if "Failed to load resource" not in error and "ERR_" not in error]


async def send_key(browser, key):
  await browser.value("document.getElementById('key').value = ''")
  await browser.value("document.getElementById('key').focus()")
  await browser.call("Input.insertText", text=key)
  await browser.key("Enter", "\r", 13)


async def check_key(browser, checks, key, tries):
  """The form for the key: what it says of wrong keys, of too many, and that the right one opens the page."""
  await until(lambda: browser.value("!document.getElementById('key-section').hidden"), 10, "the form for the key")
  checks.expect(await browser.value("document.activeElement.id") == "key", "the field of the key has focus")
  checks.expect(await browser.value("document.querySelector('label[for=key]').textContent.length > 0"),
                "the field of the key has a label")
  await send_key(browser, key + "-wrong")
  await until(lambda: browser.value(text("key-error")), 10, "the wrong key to be told")
  told = await browser.value(text("key-error"))
  checks.expect("not one" in told, "a wrong key is told", told)
  for _ in range(tries):
    await send_key(browser, key + "-wrong")
    await asyncio.sleep(0.5)
  if tries > 0:
    told = await browser.value(text("key-error"))
    checks.expect("Too many" in told and any(letter.isdigit() for letter in told), "too many tries are told", told)
    await asyncio.sleep(int("".join(filter(str.isdigit, told)) or 0) + 1)
  await send_key(browser, key)
  await wait_for_data(browser)
  checks.expect(await browser.value("document.getElementById('key-section').hidden"), "the right key opens the page")
  checks.expect(await browser.value("document.activeElement.id") == "main", "focus goes to the content")
  # Answers of 401 and 429 are part of it.
  browser.errors[:] = [error for error in browser.errors if "status of 401" not in error and "of 429" not in error]


async def check_axe(browser, checks, path, name):
  await browser.value(pathlib.Path(path).read_text() + "\n;0")
  result = await browser.value(f"""axe.run(document, {{ runOnly: {json.dumps(AXE_TAGS)} }}).then((result) => ({{
    version: axe.version, passes: result.passes.length,
    violations: result.violations.map((rule) => rule.id + ': ' + rule.nodes.map((node) => node.target + ' '
      + node.any.concat(node.all, node.none).map((check) => check.message).join(' ')).join(' | ')),
    incomplete: result.incomplete.map((rule) => rule.id + ' (' + rule.nodes.length + '): '
      + rule.nodes.slice(0, 3).map((node) => node.target).join(' | ')),
  }}))""")
  # Axe cannot tell the contrast of text out of sight or over a picture: check_contrast does.
  for line in filter(lambda line: not line.startswith("color-contrast"), result["incomplete"]):
    print("        axe cannot tell: " + line)
  checks.expect(result["violations"] == [], f"axe {result['version']}, {name}: no violation of {result['passes']} "
                "rules that apply", "\n        ".join(result["violations"]))


async def check_contrast(browser, checks, name):
  """Contrast of each text with the colour behind it, in sight or not, by the formula of WCAG 2."""
  low = await browser.value("""(() => {
    const channels = (colour) => colour.match(/[0-9.]+/g).map(Number);
    const light = (colour) => channels(colour).slice(0, 3).map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    const behind = (node) => {
      const colour = getComputedStyle(node).backgroundColor;
      return (channels(colour)[3] ?? 1) > 0 ? colour : behind(node.parentElement);
    };
    const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const ratio = (node) => {
      const [low, high] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    return [...document.body.querySelectorAll('*')].filter((node) => hasText(node) && node.offsetParent
      && ratio(node) < 4.5).map((node) => node.textContent.slice(0, 30) + ' ' + ratio(node).toFixed(2));
  })()""")
  checks.expect(low == [], f"contrast of all text, {name}", low[:10])


async def check_looks(browser, checks, options):
  """Pictures and axe at each size in each scheme."""
  for screen, size in SCREENS.items():
    for scheme in SCHEMES:
      await browser.size(*size)
      await browser.media(scheme)
      await asyncio.sleep(2.5)
      if options.screenshots:
        await browser.picture(options.screenshots / f"console-{screen}-{scheme}.png")
      await check_contrast(browser, checks, f"{screen}, {scheme}")
      if options.axe:
        await check_axe(browser, checks, options.axe, f"{screen}, {scheme}")
  await browser.size(*SCREENS["desktop"])
  await browser.media()


async def run(options):
  checks = Checks()
  if options.screenshots:
    options.screenshots.mkdir(parents=True, exist_ok=True)
  browser = Browser(options.chromium)
  try:
    await browser.connect()
    await browser.size(*SCREENS["desktop"])
    await browser.media()
    await browser.open(options.url)
    if options.key is not None:
      if options.screenshots:
        await asyncio.sleep(1)
        await browser.picture(options.screenshots / "console-key.png")
      if options.axe:
        await until(lambda: browser.value("!document.getElementById('key-section').hidden"), 10, "the form")
        await check_axe(browser, checks, options.axe, "form for the key")
      await check_key(browser, checks, options.key, options.tries)
    await wait_for_data(browser)
    await check_structure(browser, checks)
    await check_moving(browser, checks)
    if await browser.value("document.querySelector('#symbols-table tbody tr') !== null"):
      await check_keyboard(browser, checks)
      await check_choice(browser, checks, not options.no_chart)
      await check_filter(browser, checks)
    await check_pause(browser, checks)
    await check_width(browser, checks)
    await check_motion(browser, checks)
    if options.outage:
      await check_outage(browser, checks, options.outage)
    await check_looks(browser, checks, options)
  except (TimeoutError, RuntimeError) as problem:
    checks.expect(False, "the check ran to its end", str(problem))
  finally:
    await browser.close()
  errors = [error for error in browser.errors if not (options.no_chart and "dygraph" in error)]
  checks.expect(errors == [], "no error in the browser's console", errors)
  print(f"{checks.failed} failed")
  return 1 if checks.failed else 0


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--url", required=True, help="address of the console")
  parser.add_argument("--screenshots", type=pathlib.Path, metavar="FOLDER", help="where to write pictures")
  parser.add_argument("--axe", metavar="PATH", help="axe.min.js of axe-core")
  parser.add_argument("--chromium", default="chromium", metavar="PROGRAM", help="the browser (default: chromium)")
  parser.add_argument("--no-chart", action="store_true", help="the server has no chart library")
  parser.add_argument("--key", help="the server wants this key")
  parser.add_argument("--tries", type=int, default=0, help="wrong keys to send until the server says: too many")
  parser.add_argument("--outage", metavar="URL", help="a POST there makes the server drop connections for a while")
  sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
  main()
