#!/usr/bin/env python3
"""Renders the sample papers through LibreOffice and measures them: measure_papers.py SAMPLE_PAPERS_BINARY DIR."""
import csv
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MM = 25.4 / 72
failures = []


def check(name, value, low, high, unit="mm"):
    good = low <= value <= high
    print(f"  {'ok  ' if good else 'FAIL'} {name}: {value:.2f} {unit} (allowed {low:.2f} to {high:.2f})")
    if not good:
        failures.append(name)


def true(name, good):
    print(f"  {'ok  ' if good else 'FAIL'} {name}")
    if not good:
        failures.append(name)


def convert(folder, target, *files):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", target, "--outdir",
                        folder, *files], check=True, capture_output=True, timeout=180)


def words(pdf):
    """Pages of (text, left, top, right, bottom) in mm."""
    xml = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True).stdout.decode()
    pages = []
    for line in xml.splitlines():
        if "<page " in line:
            pages.append([])
        elif found := re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>', line):
            pages[-1].append((found[5], *(float(found[i]) * MM for i in range(1, 5))))
    return pages


def ink(pdf, page):
    """The page as rows of RGB at 200 dpi, and mm per pixel."""
    ppm = subprocess.run(["pdftoppm", "-r", "200", "-f", str(page), "-l", str(page), pdf], check=True, capture_output=True).stdout
    head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", ppm)
    width, height = int(head[1]), int(head[2])
    return ppm[head.end():], width, height, 25.4 / 200


def rows_where(image, condition):
    data, width, height, scale = image
    found = []
    for y in range(height):
        row = data[y * width * 3:(y + 1) * width * 3]
        xs = [x for x in range(0, width, 2) if condition(row[3 * x], row[3 * x + 1], row[3 * x + 2])]
        if xs:
            found.append((y * scale, xs[0] * scale, xs[-1] * scale, len(xs)))
    return found


def red(r, g, b):
    return r > 200 and g < 90 and b < 90


def dark(r, g, b):
    return r < 90 and g < 90 and b < 90


def measure_minutes(folder):
    print("minutes.docx")
    pages = words(folder / "minutes.pdf")
    first = ink(folder / "minutes.pdf", 1)
    red_rows = rows_where(first, red)
    line = [r for r in red_rows if r[2] - r[1] > 150]
    mark = [r for r in red_rows if r[2] - r[1] <= 150]
    check("mark: ink under the type area's top", mark[0][0] - 37, 34, 36)
    check("red line: width", line[0][2] - line[0][1], 155, 157)
    check("red line: left edge", line[0][1], 27, 29)
    maker = next(w for w in pages[0] if w[0].startswith("示例镇党政办公室"))
    maker_ink = [r for r in rows_where(first, dark) if maker[2] - 2 < r[0] < line[0][0] - 0.3]
    check("red line: under the maker's ink", line[0][0] - maker_ink[-1][0], 3.0, 5.0)
    check("maker: one character in from the left", maker[1] - 28, 5.0, 6.2)
    last = pages[-1]
    label = next(w for p in pages for w in p if w[0].startswith("出席："))
    block = next(p for p in pages if any(w[0].startswith("出席：") for w in p))
    check("attendance: two characters in", label[1] - 28, 10.5, 11.8)
    below = [w for w in block if label[2] + 5 < w[2] < label[2] + 14]
    check("attendance: wrapped line under the first character after the colon", below[0][1] - label[1], 16.0, 17.5)
    number = next(w for w in pages[0] if w[0] == "—" and w[2] > 262)
    # The dash's own height within its 14 pt line is half way down.
    footer = [r for r in rows_where(first, dark) if r[0] > 263]
    check("page number: dash under the type area", (footer[0][0] + footer[-1][0]) / 2 - 262, 6.0, 8.0)
    dashes = [w for w in pages[0] if w[2] > 262]
    check("page number, odd page: right end one character in", 210 - 26 - max(w[3] for w in dashes), 4.0, 6.0)
    if len(pages) > 1:
        even = [w for w in pages[1] if w[2] > 262]
        check("page number, even page: left end one character in", min(w[1] for w in even) - 28, 4.0, 6.0)
    image = ink(folder / "minutes.pdf", len(pages))
    rules = [r for r in rows_where(image, dark) if r[2] - r[1] > 150 and r[3] > 500]
    check("imprint: last line on the type area's bottom", rules[-1][0], 261.0, 263.0)
    check("imprint: width", rules[-1][2] - rules[-1][1], 155, 157)
    true("imprint: printer and date", any("印发" in w[0] for w in last))


def measure_notice(folder):
    print("notice_unit.docx")
    pages = words(folder / "notice_unit.pdf")
    red_rows = rows_where(ink(folder / "notice_unit.pdf", 1), red)
    line = [r for r in red_rows if r[2] - r[1] > 150]
    mark = [r for r in red_rows if r[2] - r[1] <= 150]
    check("mark: ink under the type area's top", mark[0][0] - 37, 34, 36)
    check("red line: width", line[0][2] - line[0][1], 155, 157)
    to = next(w for w in pages[0] if w[0] == "东溪村：")
    check("addressee: flush left", to[1] - 28, -0.5, 0.8)
    last = pages[-1]
    name = next(w for w in last if w[0] == "示例镇党政办公室")
    date = min((w for w in last if name[2] + 5 < w[2] < name[2] + 14), key=lambda w: w[1])
    check("signature: two characters from the right", 184 - name[3], 10.2, 12.2)
    check("date: begins two characters further in than the name", date[1] - name[1], 9.5, 12.8)


def measure_full_page(folder):
    print("full.docx")
    pages = words(folder / "full.pdf")
    full = next(p for p in pages[1:] if sum(w[0].count("国") for w in p) > 500)
    lines = {}
    for text, left, top, right, bottom in full:
        if top < 262:
            lines.setdefault(round(top), []).append((text, left, right, top, bottom))
    check("lines on a full page", len(lines), 22, 22, "")
    counts = [sum(len(w[0]) for w in line) for line in lines.values()]
    check("characters in a line", max(counts), 28, 28, "")
    ordered = [lines[k] for k in sorted(lines)]
    check("left edge", min(w[1] for line in ordered for w in line), 27.5, 28.5)
    check("right edge", max(w[2] for line in ordered for w in line), 182.5, 184.5)
    check("first line's centre", (ordered[0][0][3] + ordered[0][0][4]) / 2, 41.0, 45.0)
    check("last line's centre", (ordered[-1][0][3] + ordered[-1][0][4]) / 2, 255.5, 260.0)


def check_imprints(folder):
    """At every length near a page's bottom: once, on the last page, at its bottom, with all text above it."""
    print("length_*.docx")
    alone = set()
    for pdf in sorted(folder.glob("length_*.pdf")):
        pages = words(pdf)
        copies = [(i, w) for i, p in enumerate(pages) for w in p if w[0].startswith("分送：")]
        printed = [w for w in pages[-1] if w[0].endswith("印发")]
        good = len(copies) == 1 and copies[0][0] == len(pages) - 1 and len(printed) == 1 and 258 < printed[0][4] < 264
        if good:
            # A word's box is the font's, larger than the line: centres are compared.
            centre = lambda w: (w[2] + w[4]) / 2
            body = [centre(w) for w in pages[-1] if w[0].startswith(("正文", "出席"))]
            good = all(y < centre(copies[0][1]) - 5 for y in body)
            alone.add((pdf.stem.split("_")[1], not body))
        true(pdf.stem, good)
    true("both kinds were met: under text, and alone", alone == {(n, a) for n in ("one", "many") for a in (True, False)})


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.reader(file))


def check_sheets(folder):
    print("attendance.xlsx, tasks.xlsx")
    sheet = rows_of(folder / "attendance.csv")
    true("sheet: heading", sheet[0][0] == "2020年城市运行管理暨“一网统管”、河长制工作会议签到表")
    true("sheet: columns", sheet[1] == ["序号", "单位", "职务", "姓名", "会场", "应到/实到", "签到时间", "状态", "签名", "备注"])
    people = [r for r in sheet[2:] if r[0].isdigit()]
    true("sheet: 262 rows in the office's order", [int(r[0]) for r in people] == list(range(1, 263)))
    true("sheet: leaders first", people[0][2] == "党委书记" and people[1][2] == "党委副书记、镇长")
    true("sheet: in time, late, absent", people[0][6][:5] == "08:55" and people[0][7] == "到会"
         and people[59][6][:5] == "09:06" and people[59][7] == "迟到" and people[98][7] == "缺席")
    true("sheet: a unit's figure once per venue, 应到/实到 in persons", people[0][5] == "12/12" and not people[1][5])
    true("sheet: last line", sheet[-1][0].startswith("合计：应到262　实到200") and sheet[-1][0].endswith("到会率76.34%"))
    tasks = rows_of(folder / "tasks.csv")
    true("tasks: Chinese and a real date (the sheet's own number format, or LibreOffice's)", tasks[2][1] == "示督〔2020〕12号" and tasks[2][4] == "东溪村"
         and tasks[2][7] in ("2020年6月10日", "06/10/2020"))


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([binary, folder], check=True)
    convert(folder, "pdf", folder / "minutes.docx", folder / "full.docx", folder / "notice.docx", folder / "notice_unit.docx", *sorted(folder.glob("length_*.docx")))
    convert(folder, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
            folder / "attendance.xlsx", folder / "tasks.xlsx")
    for name in ("attendance", "tasks"):  # with -1 LibreOffice puts the sheet's name into the file's
        for made in folder.glob(f"{name}-*.csv"):
            made.rename(folder / f"{name}.csv")
    measure_minutes(folder)
    measure_notice(folder)
    measure_full_page(folder)
    check_imprints(folder)
    check_sheets(folder)
    print(f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
