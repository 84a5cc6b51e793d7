"""The Python side of a contestant: the line protocol of `test/benchmark/protocol.ts`, whatever the library.

A peer hands `serve` a function that prepares a case and returns an object with
    steps_per_call   how many steps one call takes
    run(first, n)    takes n steps, beginning with batch `first` of the pool; returns when they are done: the losses
    describe()       one line on what exactly is timed
"""

import json
import os
import sys
import time
import traceback
from array import array


def serve(load):
    """`load(request, data)` imports the library and returns (versions, create); `create()` returns the training.

    `data` holds the case's files by name, as flat arrays.
    """
    request = json.loads(sys.stdin.readline())
    try:
        data = {name: _read_floats(request["folder"], name) for name in ("parameters", "inputs", "targets")}
        begin = time.perf_counter()
        versions, create = load(request, data)
        loaded = time.perf_counter()
        training = create()
        created = time.perf_counter()
        per_call = training.steps_per_call
        losses = [float(value) for value in training.run(0, per_call)]
        first_call = time.perf_counter() - created
        pool = request["case"]["poolBatches"]
        if len(losses) < pool:
            losses += [float(value) for value in training.run(len(losses), pool - len(losses))]
        _answer(
            {
                "type": "ready",
                "versions": versions,
                "description": training.describe(),
                "threads": training.threads,
                "stepsPerCall": per_call,
                "loadSeconds": loaded - begin,
                "createSeconds": created - loaded,
                "firstCallSeconds": first_call,
                "losses": losses,
            }
        )
    except Exception as error:
        traceback.print_exc()
        missing = isinstance(error, ImportError)
        _answer({"type": "failed", "unavailable": missing, "message": f"{type(error).__name__}: {error}"[:500]})
        return

    position = 0
    idle_since, idle_cpu = time.perf_counter(), time.process_time()
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] != "round":
            break
        idle = {"seconds": time.perf_counter() - idle_since, "cpuSeconds": time.process_time() - idle_cpu}
        begin = time.perf_counter()
        losses = training.run(position, message["steps"])
        seconds = time.perf_counter() - begin
        position = (position + message["steps"]) % pool
        loss = float(losses[-1])
        idle_since, idle_cpu = time.perf_counter(), time.process_time()
        _answer(
            {
                "type": "round",
                "seconds": seconds,
                "loss": loss if loss == loss else None,
                "stepsPerCall": per_call,
                "idle": idle,
            }
        )
    _answer({"type": "ended", "peakBytes": _peak_bytes()})


def parameter_shapes(layers):
    """`(name, shape)` in the order in which `parameters.f32` holds them; weights `[in, out]`."""
    for index in range(len(layers) - 1):
        yield f"{2 * index}.weight", (layers[index], layers[index + 1])
        yield f"{2 * index}.bias", (layers[index + 1],)


def _read_floats(folder, name):
    file = os.path.join(folder, name + ".f32")
    values = array("f")
    with open(file, "rb") as source:
        values.fromfile(source, os.path.getsize(file) // 4)
    return values


def _peak_bytes():
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _answer(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
