"""What each kind of job does."""

from engine.connectors.errors import TransportError
from engine.jobs.anchor import anchor
from engine.jobs.bundle import bundle, bundle_failed
from engine.jobs.check_cases import check_failed, check_run
from engine.jobs.dispose import disposal_failed, dispose
from engine.jobs.dry_run import dry_run
from engine.jobs.export import export, export_failed
from engine.jobs.mail import digest, mail
from engine.jobs.message import message
from engine.jobs.migrate import migrate_cases
from engine.jobs.news import news
from engine.jobs.package import build_package
from engine.jobs.prove import prove
from engine.jobs.put_into_force import put_into_force
from engine.jobs.worker import Finish, Job, Kind, Place
from engine.text import Text


def webhook(place: Place, job: Job) -> Finish | None:
    """Send the payload as it is to the address this installation is set up with."""
    if place.webhook is None:
        raise TransportError("no webhook is set up (QIANFA_WEBHOOK)", permanent=True)
    place.webhook.send(job.payload, job.key, int(place.now().timestamp()))
    return None


KINDS: dict[str, Kind] = {
    "webhook": Kind(Text("通知外部系统", "notify another system"), webhook),
    "news": Kind(Text("告知进展", "tell people how a case goes"), news),
    "message": Kind(Text("发出消息", "tell people"), message),
    "mail": Kind(Text("发送邮件", "send a mail"), mail),
    "digest": Kind(Text("发送每日汇总邮件", "send the mail of the day"), digest),
    "migrate_cases": Kind(Text("迁移在办申请", "migrate running cases"), migrate_cases),
    "anchor": Kind(Text("在库外写下锚点", "write an anchor outside"), anchor),
    "build_package": Kind(Text("制作归档包", "build the archive package"), build_package),
    "dispose": Kind(Text("销毁到期案卷", "dispose of case files"), dispose, disposal_failed),
    "bundle": Kind(Text("批量制作归档包", "build many archive packages"), bundle, bundle_failed),
    "check_cases": Kind(Text("合规检查", "look at cases"), check_run, check_failed),
    "export": Kind(Text("导出申请", "export cases"), export, export_failed),
    "dry_run": Kind(Text("历史回放", "replay history on a draft"), dry_run),
    "prove": Kind(Text("检查并演练流程草稿", "check a draft and live its stories"), prove),
    "put_into_force": Kind(Text("流程新版本生效", "put a version into force"), put_into_force),
}
