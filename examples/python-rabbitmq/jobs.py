"""The queue of jobs that the relationship `queue` leads to, and the folder of what was done."""
import os
import pathlib

import pika

DONE = pathlib.Path("done")
QUEUE = "jobs"


def connect():
    """A channel; jobs that were accepted survive a restart of the queue."""
    credentials = pika.PlainCredentials(os.environ["QUEUE_USERNAME"], os.environ["QUEUE_PASSWORD"])
    where = pika.ConnectionParameters(os.environ["QUEUE_HOST"], int(os.environ["QUEUE_PORT"]), "/", credentials)
    channel = pika.BlockingConnection(where).channel()
    channel.queue_declare(QUEUE, durable=True)
    channel.confirm_delivery()
    return channel
