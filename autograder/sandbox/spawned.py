"""A worker started afresh, for platforms without fork: `python -m autograder.sandbox.spawned FD REQUEST`."""

import json
import socket
import sys

from . import warmed, worker

if __name__ == "__main__":
    warmed.warm()
    worker.serve(socket.socket(fileno=int(sys.argv[1])), **json.loads(sys.argv[2]))
