#!/usr/bin/env python3
"""Rules of the tree that no compiler checks. lint.py RULE [SOURCE_DIR]; exit 1 and one line per finding."""
import pathlib
import re
import subprocess
import sys

ALLOWED = {  # which folders of src a folder may include; docs/architecture.md
    "core": set(),
    "domain": {"core"},
    "rtc": {"core"},
    "store": {"domain", "core"},
    "media": {"rtc", "domain", "core"},
    "api": {"domain", "core"},
    "documents": {"domain", "core"},
    "app": {"api", "media", "rtc", "store", "documents", "domain", "core"},
}
ONLY = {  # a library that only one folder may name
    r"<sqlite3\.h>": "store",
    r"<gst/": "media",
    r"<libwebsockets\.h>": "api",
    r"<openssl/(ssl|dtls)": ("rtc", "api"),
}
TEXT = {".cpp", ".h", ".hpp", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".toml", ".ts", ".vue", ".mjs", ".js",
        ".css", ".html", ".sh", ".py", ".launch", ""}


def tracked(root):
    out = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                         check=True, capture_output=True).stdout.decode()
    return [root / name for name in out.split("\0") if name and (root / name).is_file()]


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def includes(root):
    """Dependencies between the folders of src point one way."""
    for path in sorted((root / "src").rglob("*.[ch]*")):
        folder = path.relative_to(root / "src").parts[0]
        for number, line in enumerate(lines(path), 1):
            if found := re.match(r'\s*#include "([a-z_]+)/', line):
                other = found[1]
                if other in ALLOWED and other != folder and other not in ALLOWED[folder]:
                    yield f"{path}:{number}: {folder} may not include {other}"
            for pattern, owners in ONLY.items():
                if re.search(r"#include " + pattern, line) and folder not in (owners if isinstance(owners, tuple) else (owners,)):
                    yield f"{path}:{number}: only {owners} may include this library"


def size(root):
    """Over 800 lines is a reason to split."""
    for path in tracked(root):
        if path.suffix in {".cpp", ".h", ".ts", ".vue", ".mjs", ".py"} and (count := len(lines(path))) > 800:
            yield f"{path}: {count} lines"


def config(root):
    """Every key of config/huiban.toml is read by src/app/config.cpp and the other way round, and has a comment."""
    code = set(re.findall(r'\{"([a-z]+\.[a-z_]+)", Key::', (root / "src/app/config.cpp").read_text()))
    keys, section = set(), ""
    for number, line in enumerate(lines(root / "config/huiban.toml"), 1):
        if found := re.match(r"\[([a-z]+)\]", line):
            section = found[1]
        elif found := re.match(r"([a-z_]+) *=", line):
            keys.add(f"{section}.{found[1]}")
            if section in ("server", "media", "office", "log") and "#" not in line and found[1] not in ("private_key",):
                yield f"config/huiban.toml:{number}: {found[1]} has no comment"
    for key in sorted(code - keys):
        yield f"config/huiban.toml: {key} is missing"
    for key in sorted(keys - code):
        yield f"src/app/config.cpp: {key} is not read"


def links(root):
    """Relative links in Markdown lead somewhere."""
    for path in tracked(root):
        if path.suffix != ".md":
            continue
        for number, line in enumerate(lines(path), 1):
            for target in re.findall(r"\]\(([^)#\s]+)", line):
                if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
                    yield f"{path}:{number}: dead link {target}"


def words(root):
    """Nothing unfinished, no address of a registry, no path of a developer's machine."""
    marks = "|".join(["TO" + "DO", "FIX" + "ME", r"\b" + "X" * 3 + r"\b"])
    machine = r"(?<![\w.<>:}])/(work|root|tmp)/[a-z.]"
    registry = r"registry\.np" + "mjs|deb\\.deb" + "ian|\"resol" + "ved\":"
    for path in tracked(root):
        if path.suffix not in TEXT or path.name == "LICENSE" or "corpus" in path.parts:
            continue
        try:
            content = lines(path)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(content, 1):
            for what, pattern in (("unfinished", marks), ("machine path", machine), ("registry", registry)):
                if re.search(pattern, line):
                    yield f"{path}:{number}: {what}: {line.strip()[:80]}"


def changelog(root):
    """The changelog has a part for what is not released."""
    if "## Unreleased" not in (root / "CHANGELOG.md").read_text():
        yield "CHANGELOG.md: no '## Unreleased'"


RULES = {f.__name__: f for f in (includes, size, config, links, words, changelog)}

if __name__ == "__main__":
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()
    findings = [str(f).replace(str(root) + "/", "") for f in RULES[sys.argv[1]](root)]
    print("\n".join(findings) or f"{sys.argv[1]}: clean")
    sys.exit(1 if findings else 0)
