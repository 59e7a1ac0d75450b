"""What cannot be started is refused with a sentence in both languages, and nothing is left behind."""
import pathlib
import shutil
import socket
import sys

from server import Server, used_port

binary, source = sys.argv[1], sys.argv[2]
failed = 0


def refused(name, server, *words, arguments=("serve",), code=1):
    global failed
    exit_code, said = server.run(*arguments)
    good = exit_code == code and all(word in said for word in words)
    failed += not good
    print(f"{'ok  ' if good else 'FAIL'} {name}: {said.strip().splitlines()[0] if said.strip() else exit_code}")
    if not good:
        print(said)
    shutil.rmtree(server.folder, ignore_errors=True)


holder, port = used_port(socket.SOCK_STREAM)
refused("used HTTP port", Server(binary, source, HUIBAN_SERVER_HTTP_PORT=str(port)), str(port), "端口")
holder.close()

holder, port = used_port(socket.SOCK_DGRAM)
refused("used media port", Server(binary, source, HUIBAN_MEDIA_PORT=str(port), HUIBAN_MEDIA_BIND_ADDRESS="127.0.0.1"), str(port), "端口")
holder.close()

holder, port = used_port(socket.SOCK_STREAM)
taken = {"HUIBAN_MEDIA_PORT": str(port), "HUIBAN_MEDIA_BIND_ADDRESS": "127.0.0.1"}
refused("used media port, TCP", Server(binary, source, **taken), f"TCP 端口 127.0.0.1:{port}", "TCP port")
holder.close()

damaged = Server(binary, source)
(damaged.folder / "huiban.db").write_bytes(b"this is no database, it only looks like a file " * 100)
refused("damaged database", damaged, "数据库", "database")

pipelines = Server(binary, source)
shutil.copytree(pathlib.Path(source) / "pipelines", pipelines.folder / "pipelines")
venue = pipelines.folder / "pipelines" / "venue.launch"
venue.write_text(venue.read_text() + "\nnosuchelement ! fakesink\n")
pipelines.environment["HUIBAN_MEDIA_PIPELINES_DIR"] = str(pipelines.folder / "pipelines")
refused("pipeline file with an error", pipelines, "venue.launch")

settings = Server(binary, source)
text = (pathlib.Path(source) / "config/huiban.toml").read_text()
(settings.folder / "huiban.toml").write_text(text.replace("[media]", "htp_port = 1\n\n[media]"))
refused("unknown setting", settings, "server.htp_port", "no such key", arguments=("check", "--config", str(settings.folder / "huiban.toml")))
refused("setting out of range", Server(binary, source, HUIBAN_ATTENDANCE_GRACE_MINUTES="9999"), "GRACE_MINUTES", arguments=("check",))
refused("unknown option", Server(binary, source), "--no-such-option", "huiban serve", arguments=("--no-such-option",), code=2)
refused("a clock of a test without the demo town", Server(binary, source), "--test-clock", "--demo", arguments=("serve", "--test-clock"), code=2)
refused("verify without a database", Server(binary, source), "没有数据库文件", arguments=("verify",))

exit_code, said = Server(binary, source).run("check")
good = exit_code == 0 and "settings are right" in said
failed += not good
print(f"{'ok  ' if good else 'FAIL'} the settings file of the tree is right")
sys.exit(1 if failed else 0)
