"""Floor and readiness over the API: queue by hand, handing on, next item with undo, two secretaries at once, self-tests and calls."""
import sys

from server import Server

binary, source = sys.argv[1], sys.argv[2]
server = Server(binary, source)
server.start("--demo", "--test-clock")
server.sign_in("mishu")


def ok(answer):
    assert answer[0] in (200, 201), answer
    return answer[1]


def equal(name, found, wanted):
    assert found == wanted, f"{name}: {found}, wanted {wanted}"
    print(f"ok   {name}: {found}")


def clock(now):
    ok(server.request("PUT", "/admin/test-clock", {"now": now}))


clock("2020-05-26T23:00:00Z")
a = next(m["id"] for m in ok(server.request("GET", "/meetings")) if m["title"].startswith("2020年城市运行管理"))
at = f"/meetings/{a}"
ok(server.request("POST", f"{at}/convene"))
links = ok(server.request("GET", f"{at}/links"))
venue = {link["name"]: link["venue"] for link in links}
tokens = {}
for link in links:
    tokens[link["name"]] = ok(server.request("POST", "/join", {"token": link["url"].rsplit("/", 1)[1]}))["token"]
villages = [link["name"] for link in links if link["kind"] == "branch"][:4]

# Before the meeting: what rooms measured, judged; a call of two secretaries.
clock("2020-05-27T00:20:00Z")
good = {"camera": 1, "microphone": 1, "width": 1280, "height": 720, "level": -31, "echo_loss_db": 24, "echo_delay_ms": 180,
        "up_kbps": 2400, "down_kbps": 9000, "rtt_ms": 35, "browser": "Chrome 120"}


def report(name, of=None, **change):
    return server.request("POST", f"{at}/venues/{venue[of or name]}/readiness", {**good, **change}, token=tokens[name])


equal("a good room", ok(report(villages[0]))["grade"], "green")
equal("a strong echo", (lambda t: (t["grade"], t["causes"]))(ok(report(villages[1], echo_loss_db=3))), ("amber", ["echo"]))
equal("a silent microphone", (lambda t: (t["grade"], t["causes"]))(ok(report(villages[2], level=-100))), ("red", ["no_sound"]))
equal("of another room", report(villages[0], of=villages[1])[0], 403)
equal("a level that cannot be", report(villages[0], level=5)[0], 422)
status, body = server.request("POST", f"{at}/line-probe", {"want": 200000}, token=tokens[villages[0]])
equal("bytes for timing the line", (status, len(body["pad"])), (200, 200000))
equal("more than that", server.request("POST", f"{at}/line-probe", {"want": 200001}, token=tokens[villages[0]])[0], 422)
calls = f"{at}/venues/{venue[villages[2]]}/calls"
ok(server.request("POST", calls, {"result": "no_reply", "seen": 0}))
equal("the later of two callers sees the first result", server.request("POST", calls, {"result": "reached", "seen": 0})[0], 409)
ok(server.request("POST", calls, {"result": "will_fix", "note": "换话筒", "seen": 1}))

# The floor.
clock("2020-05-27T01:00:00Z")
ok(server.request("POST", f"{at}/start"))
first = ok(server.request("GET", at))["plan"]["agenda"][0]["id"]
ok(server.request("POST", f"{at}/agenda/next?from=none"))
status, said = server.request("POST", f"{at}/agenda/next?from=none")
equal("two press next at once", (status, said["title"]), (409, "别人刚动过议程，请看一下再操作"))
ok(server.request("POST", f"{at}/agenda/next?from={first}"))
ok(server.request("POST", f"{at}/agenda/undo"))
ok(server.request("POST", f"{at}/agenda/next?from={first}"))
for name in villages[:3]:
    ok(server.request("POST", f"{at}/floor/request", {"venue": venue[name]}, token=tokens[name]))
queue = [venue[name] for name in villages[:3]]
order = [queue[2], queue[0], queue[1]]
ok(server.request("POST", f"{at}/floor/order", {"venues": order, "seen": queue}))
equal("an order made from an old list", server.request("POST", f"{at}/floor/order", {"venues": queue, "seen": queue})[0], 409)
equal("an order of other venues", server.request("POST", f"{at}/floor/order", {"venues": queue[:2], "seen": order})[0], 422)
ok(server.request("POST", f"{at}/floor/grant", {"venue": order[0]}))
ok(server.request("POST", f"{at}/floor/hand-off", {"from": order[0], "to": order[1]}))
equal("handed on twice", server.request("POST", f"{at}/floor/hand-off", {"from": order[0], "to": order[1]})[0], 409)
equal("the stage of the other secretary", server.request("PUT", f"{at}/stage", {"main": order[2], "seen": {"main": order[0], "second": None}})[0], 409)
ok(server.request("PUT", f"{at}/stage", {"main": order[2], "seen": {"main": order[1], "second": None}}))
ok(server.request("PUT", f"{at}/banner", {"text": "防汛防台", "seen": ""}))
status, said = server.request("PUT", f"{at}/banner", {"text": "消防", "seen": ""})
equal("the banner of the other secretary", (status, said["title"]), (409, "别人刚改过横幅：防汛防台"))

assert server.stop() == 0
code, said = server.run("verify")
assert code == 0, said
print("ok   " + said.strip())
