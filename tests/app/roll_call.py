"""Roll call over the API: 40 simulated branches by their join links, 6 of which do not answer; two secretaries at once."""
import sys
import time

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


def step(seconds):
    ok(server.request("PUT", "/admin/test-clock", {"step_ms": int(seconds * 1000)}))


ok(server.request("PUT", "/admin/test-clock", {"now": "2020-05-26T23:00:00Z"}))
a = next(m["id"] for m in ok(server.request("GET", "/meetings")) if m["title"].startswith("2020年城市运行管理"))
ok(server.request("POST", f"/meetings/{a}/convene"))
ok(server.request("PUT", "/admin/test-clock", {"now": "2020-05-27T01:00:00Z"}))
ok(server.request("POST", f"/meetings/{a}/start"))
links = [link for link in ok(server.request("GET", f"/meetings/{a}/links")) if link["kind"] == "branch"][:40]
equal("branches", len(links), 40)
venues = [link["venue"] for link in links]
tokens = {}
for link in links:
    me = ok(server.request("POST", "/join", {"token": link["url"].rsplit("/", 1)[1]}))
    tokens[me["venue"]] = me["token"]


def answer(venue):
    return server.request("POST", f"/meetings/{a}/roll-call/answer", {"venue": venue}, token=tokens[venue])


def roll_call():
    return ok(server.request("GET", f"/meetings/{a}/roll-calls"))[-1]


def until(name, wanted):
    """The step after a closed gate comes when the network thread has confirmed it."""
    deadline = time.monotonic() + 10
    while (found := (lambda s: (s["current"], s["round"]))(roll_call())) != wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    equal(name, found, wanted)


base = f"/meetings/{a}/roll-call"
equal("nobody is connected", server.request("POST", base, {})[0], 409)
equal("answer time of 1 s", server.request("POST", base, {"who": "all", "answer_within_s": 1})[0], 422)
ok(server.request("POST", base, {"who": "all", "answer_within_s": 10, "venues": venues}))
equal("a second roll call meanwhile", server.request("POST", base, {"who": "all"})[0], 409)
equal("the stage is the roll call's", server.request("PUT", f"/meetings/{a}/stage", {"main": venues[3]})[0], 409)

silent, late = {2, 9, 16, 23, 30, 39}, {9, 30}
order = []
for number in [*range(40), *sorted(silent)]:
    second = len(order) >= 40
    until("called", (venues[number], 2 if second else 1))
    order.append(number)
    equal("an answer out of turn", answer(venues[number - 1])[0], 409)
    if number not in silent or (second and number in late):
        step(3)
        ok(answer(venues[number]))
        ok(answer(venues[number]))  # pressed twice: once
        step(2)
    else:
        step(10)
until("the roll call is over, nobody is called", (None, 2))
state = roll_call()
rows = state["rows"]
equal("called to the end", (state["ended_at"] is not None, state["stopped"]), (True, False))
equal("answered", sum(r["outcome"] == "answered" for r in rows.values()), 36)
equal("no answer", [i for i in range(40) if rows[venues[i]]["outcome"] == "no_answer"], [2, 16, 23, 39])
equal("answered in the second round", [i for i in range(40) if rows[venues[i]]["outcome"] == "answered" and rows[venues[i]]["round"] == 2], [9, 30])
equal("answer times, ms", {rows[v]["after_ms"] for v in venues if rows[v]["outcome"] == "answered"}, {3000})
equal("waited for the others, ms", {rows[v]["after_ms"] for v in venues if rows[v]["outcome"] == "no_answer"}, {10000})
equal("how it is known", {rows[v]["sign"] for v in venues if rows[v]["outcome"] == "answered"}, {"button"})
attendance = ok(server.request("GET", f"/meetings/{a}/attendance"))
equal("evidence only: nobody is signed in by it", attendance["total"]["present"], 0)

# The secretary skips, marks and stops; of two at once the later one is told.
ok(server.request("POST", base, {"who": "all", "venues": venues[:3]}))
ok(server.request("POST", f"{base}/skip", {"venue": venues[0]}))
status, said = server.request("POST", f"{base}/skip", {"venue": venues[0]})
equal("the later of two secretaries", (status, said["title"]), (409, "已经点到下一个会场"))
equal("one venue further, not two", roll_call()["current"], venues[1])
ok(server.request("POST", f"{base}/mark", {"venue": venues[1], "outcome": "answered"}))
ok(server.request("POST", f"{base}/stop"))
rows = roll_call()["rows"]
equal("marked by hand", (rows[venues[0]]["outcome"], rows[venues[1]]["outcome"], rows[venues[1]]["sign"], rows[venues[2]]["outcome"]),
      ("skipped", "answered", "secretary", "waiting"))
equal("stop once", server.request("POST", f"{base}/stop")[0], 409)
journal = [entry["type"] for entry in ok(server.request("GET", f"/meetings/{a}/journal"))]
equal("journal: started, called, marked, ended", [journal.count(f"roll_call_{t}") for t in ("started", "called", "marked", "ended")], [2, 48, 48, 2])
ok(server.request("POST", f"/meetings/{a}/end"))

assert server.stop() == 0
code, said = server.run("verify")
assert code == 0, said
print("ok   " + said.strip())
