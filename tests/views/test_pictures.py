"""Pictures of every page without a display."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.models.database import Database
from app.views import theme
from app.views.pages import PAGES
from app.views.pictures import save_pictures
from tests.services.small_plant import SmallPlant


def test_every_page_is_drawn_in_both_languages_and_themes(
    qapp: QApplication, plant: SmallPlant, database: Database, tmp_path: Path
) -> None:
    saved = save_pictures(database, tmp_path / "pictures", size=(1280, 720))
    assert len(saved) == len(PAGES) * 4
    for path in saved:
        image = QImage(str(path))
        assert image.width() == 1280
        ground = theme.DARK.window if "dark" in path.stem else theme.LIGHT.window
        # The margin beside the page shows the window's ground.
        assert image.pixelColor(70, 600).name().upper() == ground
    languages = {path: path.read_bytes() for path in saved}
    assert len(set(languages.values())) == len(saved), "two pictures are the same"
