# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall, the socket and the proxy cost: Hearth's server under a user manager against llama-server by hand."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

from group_download import bundle
from results import NotMeasured, Results, say
from session import end

HAND, HEARTH = "llama-server by hand", "Hearth: socket, proxy, wall"
DIRECT, PROXY = "directly, by its own socket", "through the proxy"
ASLEEP = "Hearth, while nobody asks"
MODEL_UNIT, PROXY_UNIT = "hearth-model.service", "hearth-model-proxy.service"
CONTEXT, PORT, HAND_PORT = 16384, 4327, 4399
RUNS, TOKENS = 7, 1500
CHAIN = ("llama-server", "systemd-socket-", "bwrap")


def measure(options):
    results = Results("serve", "serve: a server on demand behind a wall against one started by hand")
    results.metric("cold start to first token", "ms", HAND)
    results.metric("first token of a server that runs", "ms", HAND)
    results.metric("streaming", "tokens/s", DIRECT)
    results.metric("idle: processes", "", HAND)
    results.metric("idle: memory (PSS)", "MiB", HAND, digits=1)
    with results.trouble("everything"):
        refuse_elsewhere()
        with tempfile.TemporaryDirectory(prefix="hearth-bench-") as folder:
            measure_in(results, options.runs or RUNS, folder)
    return results.finish()


def refuse_elsewhere():
    """Units would be written for whoever runs this: only where systemd was started for it."""
    try:
        with open("/run/systemd/container", encoding="utf-8") as kind:
            here = kind.read().strip() == "hearth"
    except OSError:
        here = False
    if not here:
        raise NotMeasured("only where systemd is started for it: build-aux/dev bench serve")


def measure_in(results, runs, folder):
    # Not in /tmp, which the unit has for itself.
    shutil.rmtree(os.path.expanduser("~/bench"), ignore_errors=True)
    os.makedirs(os.path.expanduser("~/bench"))
    model = os.path.expanduser("~/bench/practice.gguf")
    run(["python3", "data/practice/make-model.py", model])
    bundle(folder, "serve")
    there = json.loads(run(["gjs", "-m", f"{folder}/bundles/serve.js", model, str(CONTEXT), str(PORT)]))
    with open(there["keyFile"], encoding="utf-8") as file:
        key = file.read().strip()
    command = there["command"]
    at = command.index("--host")
    by_hand = [*command[:at + 1], "127.0.0.1", "--port", str(HAND_PORT), *command[at + 2:]]
    results.conditions["model"] = f"practice model of {os.path.getsize(model) / 1e6:.1f} MB, {CONTEXT} tokens of context"

    put_to_sleep()
    results.add("idle: processes", ASLEEP, len(chain()))
    results.add("idle: memory (PSS)", ASLEEP, memory(chain()))
    for turn in range(runs + 1):
        say(f"serve: turn {turn} of {runs}" + (", uncounted" if turn == 0 else ""))
        samples = {HAND: one_by_hand(by_hand, key), HEARTH: one_on_demand(there, key)}
        put_to_sleep()
        if turn == 0:
            continue
        for name, sample in samples.items():
            for metric, value in sample.items():
                if metric == "streaming":
                    for way, rate in value.items():
                        results.add("streaming", way, rate)
                else:
                    results.add(metric, name, value)


def one_by_hand(command, key):
    started = time.monotonic()
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not healthy(server):
            time.sleep(0.002)
        first = ask(tcp(HAND_PORT), key, 16)[0]
        cold = (first - started) * 1000
        warm = first_token(lambda: tcp(HAND_PORT), key)
        found = chain()
        return {"cold start to first token": cold, "first token of a server that runs": warm,
                "idle: processes": len(found), "idle: memory (PSS)": memory(found)}
    finally:
        end(server)


def healthy(server):
    if server.poll() is not None:
        raise NotMeasured(f"llama-server ended with status {server.returncode}")
    try:
        connection = tcp(HAND_PORT)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def one_on_demand(there, key):
    started = time.monotonic()
    cold = (ask(tcp(there["port"]), key, 16)[0] - started) * 1000
    warm = first_token(lambda: tcp(there["port"]), key)
    found = chain()
    sample = {"cold start to first token": cold, "first token of a server that runs": warm,
              "idle: processes": len(found), "idle: memory (PSS)": memory(found)}
    sample["streaming"] = {DIRECT: rate(unix(there["socket"]), key), PROXY: rate(tcp(there["port"]), key)}
    return sample


def put_to_sleep():
    systemctl("stop", PROXY_UNIT, MODEL_UNIT)
    while chain():
        time.sleep(0.05)


def tcp(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def unix(path):
    connection = http.client.HTTPConnection("localhost", timeout=60)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(path)
    return connection


def ask(connection, key, tokens):
    """Times of the first token and of the last, and how many came."""
    body = {"messages": [{"role": "user", "content": "What is a hearth?"}], "stream": True, "max_tokens": tokens,
            "cache_prompt": False, "ignore_eos": True, "seed": 1}
    connection.request("POST", "/v1/chat/completions", json.dumps(body),
                       {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise NotMeasured(f"the server said {answer.status}: {answer.read(300)!r}")
    first, count = None, 0
    for line in answer:
        if b'"content":"' in line:
            first = first or time.monotonic()
            count += 1
    last = time.monotonic()
    connection.close()
    if first is None:
        raise NotMeasured("the server said nothing")
    return first, last, count


def first_token(connect, key):
    started = time.monotonic()
    return (ask(connect(), key, 4)[0] - started) * 1000


def rate(connection, key):
    first, last, count = ask(connection, key, TOKENS)
    return (count - 1) / (last - first)


def chain():
    """Process ids of servers, proxies and walls, whoever started them."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/comm", encoding="utf-8") as comm:
                if comm.read().strip().startswith(CHAIN):
                    found.append(name)
        except OSError:
            continue
    return found


def memory(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as lines:
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def systemctl(*arguments):
    run(["systemctl", "--user", *arguments])
    subprocess.run(["systemctl", "--user", "reset-failed"], check=False)


def run(argv):
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotMeasured(f"{argv[0]}: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout
