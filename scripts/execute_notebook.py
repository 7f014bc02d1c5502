"""Executes a notebook as jupyter-nbconvert does, but waits for output that comes late.

    python3 scripts/execute_notebook.py in.ipynb out.ipynb

Deno's kernel may say that a cell is done before it has sent the cell's last line or its value; nbclient stops listening
there, and the output is lost in about every second run. Debian: jupyter-nbconvert, which brings nbclient and nbformat.
"""

import os
import sys
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbclient.util import ensure_async

# Seconds without a word, after which a cell that is done has nothing more to say.
QUIET = 0.3


class PatientClient(NotebookClient):
    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        done = False
        while True:
            try:
                message = await ensure_async(
                    self.kc.iopub_channel.get_msg(timeout=QUIET if done else None)
                )
            except Empty:
                return
            if message["parent_header"].get("msg_id") != parent_msg_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                done = True
            else:
                self.process_message(message, cell, cell_index)


def main(source, target):
    notebook = nbformat.read(source, as_version=4)
    client = PatientClient(
        notebook,
        kernel_name="deno",
        record_timing=False,
        timeout=300,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        sys.exit(str(error))
    nbformat.write(notebook, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
