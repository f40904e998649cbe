"""The language on the screen: translators for Qt and for ours, exchanged at run time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from app.views.theme import RESOURCES

FOLDER = RESOURCES / "i18n"
LOCALES = {"zh": "zh_CN", "en": "en_GB"}
NAMES = {"zh": "中文", "en": "English"}


def system_language() -> str:
    """Chinese where the system speaks it, else English."""
    return "zh" if QLocale.system().language() is QLocale.Language.Chinese else "en"


class Languages(QObject):
    """Holds the installed translators; ``speak`` exchanges them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed: list[QTranslator] = []
        self.language = ""

    def speak(self, language: str) -> None:
        """Every widget gets a LanguageChange event and puts its texts anew."""
        self.language = language
        QLocale.setDefault(QLocale(LOCALES[language]))
        self.silence()
        if language == "en":
            # The sources are English; a translator-less change still has to be announced.
            self._install("taktline_en", str(FOLDER))
            return
        self._install(
            f"qtbase_{LOCALES[language]}",
            QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        )
        self._install(f"taktline_{LOCALES[language]}", str(FOLDER))

    def silence(self) -> None:
        """Take the translators out again (the application ends)."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
            translator.deleteLater()
        self._installed.clear()

    def _install(self, name: str, folder: str) -> None:
        translator = QTranslator(self)
        if translator.load(name, folder):
            QCoreApplication.installTranslator(translator)
            self._installed.append(translator)
        else:
            translator.deleteLater()
