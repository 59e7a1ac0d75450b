"""Meetings A and B of the demo town by the clock of a test: who is expected, who came, late, absent; the papers."""
import sys
import zipfile
import io
import urllib.request

from server import Server

binary, source = sys.argv[1], sys.argv[2]
server = Server(binary, source)
server.start("--demo", "--test-clock")
server.sign_in("mishu")


def clock(now):
    status, answer = server.request("PUT", "/admin/test-clock", {"now": now})
    assert status == 200, answer


def ok(answer):
    assert answer[0] in (200, 201), answer
    return answer[1]


def equal(name, found, wanted):
    assert found == wanted, f"{name}: {found}, wanted {wanted}"
    print(f"ok   {name}: {found}")


clock("2020-05-26T23:00:00Z")  # 07:00 in the office
meetings = {m["title"]: m for m in ok(server.request("GET", "/meetings")) if m["date"] == "2020-05-27"}
a = next(m for t, m in meetings.items() if t.startswith("2020年城市运行管理"))["id"]
b = next(m for t, m in meetings.items() if t.startswith("安全生产"))["id"]
totals = {m: ok(server.request("GET", f"/meetings/{m}/expected"))["totals"] for m in (a, b)}
equal("A expects main + branch", (totals[a]["main"], totals[a]["branch"]), (99, 163))
equal("B expects main + branch", (totals[b]["main"], totals[b]["branch"]), (24, 80))
equal("B's main venue by rules + agenda", (totals[b]["main_by_rules"], totals[b]["main_by_agenda"]), (20, 4))

ok(server.request("POST", f"/meetings/{a}/convene"))
seats = ok(server.request("GET", f"/meetings/{a}/expected"))["seats"]


def sign_in(unit, kinds, method="desk", reason="", **more):
    ids = [s["id"] for s in seats if s["unit_name"] == unit and s["venue_kind"] in kinds]
    return server.request("POST", f"/meetings/{a}/sign-ins", {"seats": ids, "method": method, "reason": reason, **more})


clock("2020-05-27T00:58:00Z")
ok(sign_in("东溪村", ("main", "branch")))
clock("2020-05-27T01:00:00Z")
ok(server.request("POST", f"/meetings/{a}/start"))
clock("2020-05-27T01:05:00Z")  # the limit itself is in time
ok(sign_in("北河村", ("main", "branch")))
clock("2020-05-27T01:05:01Z")
ok(sign_in("西桥村", ("branch",)))
clock("2020-05-27T02:30:00Z")
ok(server.request("POST", f"/meetings/{a}/end"))

units = {u["name"]: u for u in ok(server.request("GET", f"/meetings/{a}/attendance"))["units"]}


def figures(unit, venue):
    f = units[unit][venue]
    return f["expected"], f["present"], f["late"], f["absent"]


equal("东溪村 present: main, branch (expected, present, late, absent)",
      (figures("东溪村", "main"), figures("东溪村", "branch")), ((1, 1, 0, 0), (5, 5, 0, 0)))
equal("北河村 at the limit is in time", (figures("北河村", "main"), figures("北河村", "branch")), ((1, 1, 0, 0), (5, 5, 0, 0)))
equal("西桥村 split: absent in the main venue, late in its branch",
      (figures("西桥村", "main"), figures("西桥村", "branch")), ((1, 0, 0, 1), (5, 5, 5, 0)))
equal("南塘村 absent", (figures("南塘村", "main"), figures("南塘村", "branch")), ((1, 0, 0, 1), (5, 0, 0, 5)))
equal("a sign-in entered after the end needs the time of arrival", sign_in("南塘村", ("branch",), "paper", "纸质签到表补录")[0], 422)
status, answer = sign_in("南塘村", ("branch",), "paper", "纸质签到表补录", at="2020-05-27T00:59:00Z")
equal("the office may still enter a paper sheet's sign-in afterwards", status, 200)

# A task of the deployment, drafted afterwards from the item; months later its light is red.
item = next(i for i in ok(server.request("GET", f"/meetings/{a}"))["plan"]["agenda"] if i["kinds"] == ["deployment"])
unit = next(s["unit"] for s in seats if s["unit_name"] == "东溪村")
task = ok(server.request("POST", "/tasks", {"title": "6月10日前完成网格员调整", "lead_unit": unit, "contact": "城运网格联络员",
                                           "due": "2020-06-10", "evidence": "调整后的名单", "meeting": a, "item": item["id"], "second": 1020,
                                           "quote": "6月10日前完成网格员调整"}))
task = ok(server.request("POST", f"/tasks/{task['id']}/issue", {"channel": "签批"}))
equal("the task's number, source and second", (task["number"], task["item_title"], task["second"]), ("示督〔2020〕1号", "工作部署", 1020))
for now, light in (("2020-06-01T02:00:00Z", "green"), ("2020-06-04T02:00:00Z", "yellow"), ("2020-06-08T02:00:00Z", "yellow"), ("2020-06-10T15:59:59Z", "yellow"),
                   ("2020-06-10T16:00:00Z", "red")):
    clock(now)
    equal(f"light at {now}", ok(server.request("GET", f"/tasks/{task['id']}"))["light"], light)

for path, part in ((f"/meetings/{a}/minutes.docx", "word/document.xml"), (f"/meetings/{a}/attendance.xlsx", "xl/sharedStrings.xml"),
                   ("/tasks.xlsx", "xl/sharedStrings.xml")):
    request = urllib.request.Request(f"{server.url}/api/v1{path}", headers={"Cookie": server.cookie})
    text = zipfile.ZipFile(io.BytesIO(urllib.request.urlopen(request, timeout=20).read())).read(part).decode()
    assert "东溪村" in text, path
    print(f"ok   {path.rsplit('/', 1)[1]} names the village")

assert server.stop() == 0
code, said = server.run("verify")
assert code == 0, said
print("ok   " + said.strip())
