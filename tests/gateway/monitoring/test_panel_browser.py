"""The panel in a real browser, served by a real server."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
import uvicorn

from gateway.monitoring.monitoring import Monitoring, MonitoringOptions
from gateway.monitoring.panel_link import panel_link
from r1.options import R1Options
from tests.gateway.engine import SECRET
from tests.gateway.monitoring.calls import caller, lifelike, record
from tests.gateway.monitoring.chromium import CHROMIUM, Chromium
from tests.gateway.monitoring.clock import Clock, Places
from tests.gateway.monitoring.served import Served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

DRAWN = "document.querySelectorAll('.plot polyline').length >= 15"
ENTRY = "!document.getElementById('entry').hidden"


class Server(uvicorn.Server):
    """On a thread of its own; leaves the process's signals alone."""

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]  # uvicorn types it as a generator
        return nullcontext()


@contextmanager
def listening(served: Served) -> Iterator[str]:
    """The gateway's address, while it is served."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # so that whoever comes before the server has begun waits for it
        config = uvicorn.Config(served.app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        server = Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def places() -> Places:
    return Places(slots=32, running=11, waiting=2)


@pytest.fixture
def served(clock: Clock, places: Places) -> Served:
    """A gateway with ten busy minutes behind it."""
    monitoring = Monitoring("scripted", places, MonitoringOptions(name="r1-test", maximum_qps=20), clock=clock)
    chance = random.Random(5)
    for _ in range(600):
        for _ in range(chance.randint(2, 5)):
            monitoring.note(lifelike(chance))
        clock.now_s += 1
    return Served(monitoring)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Chromium]:
    """The browser, as if it had never seen the panel."""
    chromium.visit("about:blank")
    chromium.until("location.href === 'about:blank'")
    chromium.events.clear()
    chromium.look(1280, 900)
    yield chromium
    chromium.visit("about:blank")


def link(address: str) -> str:
    """A fresh link to the panel."""
    return asyncio.run(panel_link(R1Options(address, "auditor", SECRET))).url.reveal()


def value(browser: Chromium, title: str) -> str:
    """What a tile shows."""
    tile = f"[...document.querySelectorAll('.tile')].find((each) => each.querySelector('h2').textContent === '{title}')"
    return str(browser.value(f"{tile}.querySelector('.value').textContent")).replace("\u00a0", " ").strip()


def test_a_link_opens_the_panel_and_leaves_no_trace(browser: Chromium, served: Served) -> None:
    """All plots and figures are there; the pass is out of the address and the page; no request left the gateway."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        assert browser.value("location.href") == f"{address}/panel"
        assert "panel-pass" not in browser.value("document.documentElement.outerHTML")
        assert browser.value("document.title") == "r1-test"
        assert browser.value("document.querySelectorAll('.plot svg').length") >= 8
        assert browser.value("document.querySelectorAll('.plot .area').length") == 3
        assert value(browser, "In flight") == "11 of 32"
        assert "客厅" in browser.value("document.getElementById('clients').innerText")
        assert "overloaded" in browser.value("document.getElementById('errors').innerText")
        assert browser.complaints() == []
        asked = {each.removeprefix(address) for each in browser.requests()}
        assert asked - {"data:,"} == {"/panel", "/panel/session", "/panel/data?minutes=5"}


def test_it_goes_on_by_itself(browser: Chromium, served: Served, clock: Clock, places: Places) -> None:
    """Within seconds it shows what is new; and the window that is chosen, at once."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        before = browser.value("document.querySelector('.plot polyline').getAttribute('points')")
        places.taken = 31
        for _ in range(10):
            clock.now_s += 1
            for _ in range(19):
                served.monitoring.note(record(client=caller("newcomer")))
        browser.until("document.querySelector('#tiles').innerText.includes('31')")
        assert value(browser, "In flight") == "31 of 32"
        assert value(browser, "Calls per second") == "17.1 now"
        assert "newcomer" in browser.value("document.getElementById('clients').innerText")
        assert browser.value("document.querySelector('.plot polyline').getAttribute('points')") != before
        browser.value("document.querySelector('input[value=\"60\"]').click()")
        browser.until("document.querySelector('.plot svg').textContent.includes('−60 min')")
        assert "in the last 60 minutes" in browser.value("document.getElementById('note').textContent")
        assert browser.complaints() == []


def test_an_alert_is_shown_and_goes(browser: Chromium, served: Served, clock: Clock) -> None:
    """With what to do; the title counts it, for a tab in the background."""

    async def minute(calls: int) -> None:
        for _ in range(60):
            clock.now_s += 1
            for _ in range(calls):
                served.monitoring.note(record())
            await served.monitoring.look()

    with listening(served) as address:
        asyncio.run(minute(19))
        browser.visit(link(address))
        browser.until(DRAWN)
        assert "add an engine or a gateway" in browser.value("document.getElementById('alerts').innerText")
        assert browser.value("document.title") == "(1) r1-test"
        asyncio.run(minute(1))
        browser.until("document.getElementById('alerts').children.length === 0")
        assert browser.value("document.title") == "r1-test"
        assert "over: calls come close" in browser.value("document.getElementById('past').innerText")


def test_what_clients_are_called_is_never_markup(browser: Chromium, served: Served) -> None:
    """Nor can it run: it is text."""
    hostile = "<img src=x onerror=document.title='hit'><script>document.title='hit'</script>"
    for _ in range(5000):
        served.monitoring.windows.note(record(client=caller(hostile)))
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        assert hostile in browser.value("document.getElementById('clients').textContent")
        assert browser.value("document.querySelectorAll('main img, main script').length") == 0
        assert browser.value("document.title") == "r1-test"


def test_a_link_that_was_used_asks_for_another(browser: Chromium, served: Served) -> None:
    """The form says why, and takes an access token, which does not stay in the page."""
    with listening(served) as address:
        used = link(address)
        browser.visit(used)
        browser.until(DRAWN)
        browser.visit("about:blank")
        browser.until("location.href === 'about:blank'")
        browser.visit(used)
        browser.until(ENTRY)
        assert "gateway panel-link" in browser.value("document.getElementById('refusal').textContent")
        token = served.bearer("auditor")["Authorization"].removeprefix("Bearer ")
        browser.value(f"document.getElementById('credential').value = '{token}'")
        browser.value("document.querySelector('#entry button').click()")
        browser.until(DRAWN)
        assert browser.value("document.getElementById('credential').value") == ""
        assert token not in browser.value("JSON.stringify({...sessionStorage, ...localStorage}) + document.cookie")


def test_a_developer_is_not_let_in(browser: Chromium, served: Served) -> None:
    """And is told so; nor is what no credential can be."""
    with listening(served) as address:
        browser.visit(f"{address}/panel")
        browser.until(ENTRY)
        token = served.bearer("developer")["Authorization"].removeprefix("Bearer ")
        for pasted, said in ((token, "needs the permission panel"), ("客厅", "no pass or token"), ("x", "Not let in")):
            browser.value(f"document.getElementById('credential').value = '{pasted}'")
            browser.value("document.querySelector('#entry button').click()")
            browser.until(f"document.getElementById('refusal').textContent.includes('{said}')")


def test_a_reload_keeps_the_session_and_leaving_ends_it(browser: Chromium, served: Served) -> None:
    """It lives in the tab alone."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        browser.value("window.old = true")
        browser.call("Page.reload")
        browser.until(f"!window.old && {DRAWN}")
        browser.value("document.getElementById('leave').click()")
        browser.until(ENTRY)
        assert browser.value("JSON.stringify({...sessionStorage, ...localStorage}) + document.cookie") == "{}"


def test_a_revoked_client_s_panel_closes(browser: Chromium, served: Served) -> None:
    """With the next look, and its figures are gone from the screen."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        served.clients.revoke("auditor")
        browser.until(ENTRY)
        assert browser.value("document.getElementById('panel').hidden") is True


def test_a_gateway_that_is_gone_is_said(browser: Chromium, served: Served) -> None:
    """The last figures stay, with a notice that they are old."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
    browser.until("!document.getElementById('connection').hidden")
    assert "No figures from the gateway since" in browser.value("document.getElementById('connection').textContent")
    assert value(browser, "In flight") == "11 of 32"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640), (768, 1024), (1280, 900), (2560, 1440)])
def test_it_fits_every_screen(browser: Chromium, served: Served, width: int, height: int, dark: bool) -> None:
    """Nothing is wider than the window, and the page takes the reader's choice of light or dark."""
    with listening(served) as address:
        browser.look(width, height, dark=dark)
        browser.visit(link(address))
        browser.until(DRAWN)
        assert browser.value("document.documentElement.scrollWidth") <= width
        wide = "[...document.querySelectorAll('.card, .tile .value, figure svg')]"
        assert browser.value(f"{wide}.filter((each) => each.getBoundingClientRect().right > {width} + 0.5).length") == 0
        ground = browser.value("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(18, 20, 26)" if dark else "rgb(245, 246, 248)")


def test_plots_can_be_read_without_seeing_them(browser: Chromium, served: Served) -> None:
    """Each says in words what it shows, has its numbers as a table, and is reached by the keyboard."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        assert browser.value("[...document.querySelectorAll('.plot svg')].every((each) => each.ariaLabel)")
        browser.value("document.querySelector('figure summary').click()")
        browser.until("document.querySelectorAll('figure details table tbody tr').length >= 50")
        heads = browser.value(
            "[...document.querySelectorAll('figure details th[scope=col]')].map((each) => each.innerText)"
        )
        assert heads == ["When", "all", "failed"]
        nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
        named = {node["role"]["value"] for node in nodes if node.get("name", {}).get("value")}
        assert {"heading", "radio", "button", "table", "image"} <= named
        unnamed = [
            node["role"]["value"]
            for node in nodes
            if not node.get("ignored")
            and node["role"]["value"] in ("button", "textbox", "radio", "image", "table")
            and not node.get("name", {}).get("value")
        ]
        assert unnamed == []


def test_a_point_tells_its_values(browser: Chromium, served: Served) -> None:
    """Under the pointer, inside the card, and gone when the pointer has gone."""
    with listening(served) as address:
        browser.visit(link(address))
        browser.until(DRAWN)
        box = browser.value("document.querySelectorAll('.plot')[1].getBoundingClientRect().toJSON()")
        browser.value(f"window.scrollTo(0, {box['top']} - 100)")
        box = browser.value("document.querySelectorAll('.plot')[1].getBoundingClientRect().toJSON()")
        x, y = box["right"] - 20, box["top"] + 50
        browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        browser.until("!document.querySelectorAll('.tip')[1].hidden")
        text = browser.value("document.querySelectorAll('.tip')[1].innerText")
        assert "p99" in text and "ms" in text and "ago" in text
        card = "document.querySelectorAll('figure')[1].getBoundingClientRect().right"
        assert browser.value(f"document.querySelectorAll('.tip')[1].getBoundingClientRect().right <= {card}")
        browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=5)
        browser.until("document.querySelectorAll('.tip')[1].hidden")


def test_a_gateway_without_calls_shows_no_nonsense(browser: Chromium) -> None:
    """No NaN, no infinity, no empty plot that looks broken."""
    served = Served(Monitoring("scripted", Places()))
    with listening(served) as address:
        browser.visit(link(address))
        browser.until("document.querySelectorAll('.tile').length >= 9")
        text = browser.value("document.getElementById('panel').innerText")
        for nonsense in ("NaN", "Infinity", "undefined", "null", "[object"):
            assert nonsense not in text
        assert "maximum not known yet" in text
        assert browser.complaints() == []
