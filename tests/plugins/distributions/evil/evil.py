"""Plugins that hang, crash and lie. Each notes the number of its process before it does."""

import json
import os
import pickle
import re
import signal
import struct
import sys
import threading
import time
from functools import partial
from pathlib import Path

from relationship_core import Entitlement, Rule, extend, hookimpl
from relationship_core.facts import aum

MINE = Path(os.environ["EVIL_NOTES"])
with (MINE / "pids").open("a") as pids:
    pids.write(f"{os.getpid()}\n")


def lounge(then=None):
    then = then or Entitlement("lounge", "airport lounge")
    return extend(entitlements=[Rule("lounge", when=aum >= 1, then=then)])


def send(data):
    """Write to wherever the worker's channel may be."""
    os.write(int(sys.argv[1]), data)


class Hangs:
    @hookimpl
    def rc_service(self):
        while True:
            pass


class SwallowsEverything:
    @hookimpl
    def rc_service(self):
        while True:
            try:
                while True:
                    pass
            except BaseException:  # noqa: BLE001
                continue


class LoopsInC:
    @hookimpl
    def rc_service(self):
        re.match(r"(a+)+$", "a" * 64 + "b")


class Stops:
    @hookimpl
    def rc_service(self):
        os.kill(os.getpid(), signal.SIGSTOP)


class IgnoresSignals:
    @hookimpl
    def rc_service(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(3600)


class Exits:
    @hookimpl
    def rc_service(self):
        os._exit(3)


class KillsItself:
    @hookimpl
    def rc_service(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Recurses:
    @hookimpl
    def rc_service(self):
        return self.rc_service()


class Overflows:
    @hookimpl
    def rc_service(self):
        # In a thread of little stack, and by way of C, where Python doesn't count.
        threading.stack_size(2**18)
        sys.setrecursionlimit(2**31 - 1)
        thread = threading.Thread(target=lambda: list(map(self.deeper, [0])))
        thread.start()
        thread.join()

    def deeper(self, number):
        return list(map(self.deeper, [number]))


class Hogs:
    @hookimpl
    def rc_service(self):
        held = []
        while True:
            held.append(bytearray(2**26))


class ClosesAll:
    @hookimpl
    def rc_service(self):
        os.closerange(0, 256)
        time.sleep(3600)


class AnswersAnObject:
    @hookimpl
    def rc_service(self):
        return lounge(then=threading.Lock())


class Bomb:
    """Goes off where it is unpickled."""

    def __reduce__(self):
        return (partial(Path.touch, MINE / "gone-off"), ())


class AnswersABomb:
    @hookimpl
    def rc_service(self):
        return lounge(then=Bomb())


class SendsAPickle:
    @hookimpl
    def rc_service(self):
        bomb = pickle.dumps(Bomb())
        send(struct.pack(">II", len(bomb), 0) + bomb)
        time.sleep(3600)


class SendsTooMuch:
    @hookimpl
    def rc_service(self):
        send(struct.pack(">II", 2**32 - 1, 0) + b" " * 2**10)
        time.sleep(3600)


class SendsAList:
    @hookimpl
    def rc_service(self):
        send(struct.pack(">II", 2, 0) + b"[]")
        time.sleep(3600)


class AnswersAhead:
    @hookimpl
    def rc_service(self):
        answer = json.dumps({"id": 99, "result": {"facts": [], "value": {"extend": {}}}}).encode()
        send(struct.pack(">II", len(answer), 0) + answer)
        time.sleep(3600)


class Forks:
    @hookimpl
    def rc_service(self):
        if os.fork() == 0:
            import fcntl

            # Held for as long as the child lives.
            with (MINE / "child").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                (MINE / "forked").touch()
                time.sleep(20)
                (MINE / "outlived").touch()
        while not (MINE / "forked").exists():
            pass
        while True:
            pass


class Interrupts:
    @hookimpl
    def rc_service(self):
        raise KeyboardInterrupt


class Noisy:
    """Sound, for all the noise it makes and the mess it leaves."""

    @hookimpl
    def rc_service(self):
        sys.stdin.close()
        os.close(0)
        sys.stdout.write("x" * 2**17)
        sys.stderr.write("x" * 2**17)
        os.write(1, b"y")
        threading.Thread(target=time.sleep, args=(3600,)).start()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return lounge()


class Observer:
    """Hangs, exits or raises over a review, as its customer's name says."""

    @hookimpl
    def rc_review_completed(self, review):
        if review.customer_id == "hang":
            while True:
                pass
        if review.customer_id == "exit":
            os._exit(4)
        if review.customer_id == "raise":
            raise ValueError(review.customer_id)
        with (MINE / "seen").open("a") as seen:
            seen.write(f"{review.customer_id} {review.explain().count(chr(10)) > 5}\n")
