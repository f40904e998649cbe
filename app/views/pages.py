"""The list of pages, in the order of the rail. A page is imported when it is first visited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.views.page import Page


@dataclass(frozen=True, slots=True)
class PageEntry:
    """``word`` gives the short word of the rail in the language now spoken."""

    key: str
    icon: str
    word: Callable[[], str]
    load: Callable[[], type[Page]]


def _schedule() -> type[Page]:
    from app.views.planning.schedule_page import SchedulePage

    return SchedulePage


def _whatif() -> type[Page]:
    from app.views.planning.whatif.whatif_page import WhatIfPage

    return WhatIfPage


def _publishing() -> type[Page]:
    from app.views.planning.publishing.publishing_page import PublishingPage

    return PublishingPage


def _orders() -> type[Page]:
    from app.views.orders.orders_page import OrdersPage

    return OrdersPage


def _master_data() -> type[Page]:
    from app.views.plant.master_data_page import MasterDataPage

    return MasterDataPage


def _health() -> type[Page]:
    from app.views.health.health_page import HealthPage

    return HealthPage


def _exchange() -> type[Page]:
    from app.views.exchange.exchange_page import ExchangePage

    return ExchangePage


PAGES = (
    PageEntry(
        "schedule",
        "calendar-stats",
        lambda: QCoreApplication.translate("Pages", "Schedule"),
        _schedule,
    ),
    PageEntry(
        "whatif",
        "switch-horizontal",
        lambda: QCoreApplication.translate("Pages", "What-if"),
        _whatif,
    ),
    PageEntry(
        "publishing",
        "upload",
        lambda: QCoreApplication.translate("Pages", "Publish"),
        _publishing,
    ),
    PageEntry(
        "orders",
        "clipboard-list",
        lambda: QCoreApplication.translate("Pages", "Orders"),
        _orders,
    ),
    PageEntry(
        "master_data",
        "database",
        lambda: QCoreApplication.translate("Pages", "Data"),
        _master_data,
    ),
    PageEntry(
        "health",
        "heartbeat",
        lambda: QCoreApplication.translate("Pages", "Health"),
        _health,
    ),
    PageEntry(
        "exchange",
        "arrows-exchange",
        lambda: QCoreApplication.translate("Pages", "Exchange"),
        _exchange,
    ),
)
