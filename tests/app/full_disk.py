"""A full disk refuses new facts with a clear message and harms nothing stored. The disk is a small tmpfs."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from server import Server

if os.environ.get("HUIBAN_OWN_MOUNTS") != "1":
    spaces = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
    if subprocess.run(["unshare", *spaces, "true"], capture_output=True).returncode != 0:
        spaces += ["--propagation", "unchanged"]  # inside a chroot whose root is no mount point
    sys.exit(subprocess.run(["unshare", *spaces, sys.executable, *sys.argv], env={**os.environ, "HUIBAN_OWN_MOUNTS": "1"}).returncode)

binary, source = sys.argv[1], sys.argv[2]
disk = pathlib.Path(tempfile.mkdtemp(prefix="huiban-disk-"))
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
try:
    server = Server(binary, source, folder=disk)
    server.start("--demo")
    server.sign_in("mishu")
    meeting = server.facts["demo_meeting"]
    seats = [s["id"] for s in server.request("GET", f"/meetings/{meeting}/expected")[1]["seats"]]

    def sign_in(seat):
        return server.request("POST", f"/meetings/{meeting}/sign-ins", {"seats": [seat], "method": "secretary", "reason": "代签"})

    status, _ = sign_in(seats[0])
    assert status == 200, status

    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    # The write-ahead log has room for a while; then the disk is truly full.
    refused, stored = None, [seats[0]]
    for seat in seats[1:]:
        status, answer = sign_in(seat)
        if status == 200:
            stored.append(seat)
        else:
            refused = (status, answer)
            break
    assert refused, "every command was taken although the disk is full"
    assert refused[0] == 507, refused
    assert "磁盘" in refused[1]["title"], refused
    print(f"ok   refused with 507 after {len(stored)} sign-ins: {refused[1]['title']}")

    present = server.request("GET", f"/meetings/{meeting}/attendance")[1]["total"]["present"]
    assert present == len(stored), (present, len(stored))
    print("ok   what was stored is still read, the refused one is not half there")

    filler.unlink()
    status, answer = sign_in(seats[-1])
    assert status == 200, (status, answer)
    print("ok   with room again the same command is taken")
    assert server.stop() == 0
    code, said = server.run("verify")
    assert code == 0 and "intact" in said, said
    print("ok   " + said.strip())
finally:
    subprocess.run(["umount", "-l", disk])
    shutil.rmtree(disk, ignore_errors=True)
