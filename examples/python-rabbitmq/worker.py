"""Takes one job after the other and does it: it shouts. A job that was not finished is done again."""
import uuid

import jobs


def work(channel, delivery, _, job):
    target = jobs.DONE / f"{uuid.uuid4()}.txt"
    target.with_suffix(".part").write_text(job.decode().upper())
    target.with_suffix(".part").rename(target)
    channel.basic_ack(delivery.delivery_tag)


channel = jobs.connect()
channel.basic_qos(prefetch_count=1)
channel.basic_consume(jobs.QUEUE, work)
channel.start_consuming()
