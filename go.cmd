@echo off
rem Double click: the demo plant. In a console: go.cmd test, go.cmd run ARGS, go.cmd build.
where py >nul 2>nul
if errorlevel 1 (
    echo Python 3.11 or later is needed, with its launcher "py". Install it for Windows and start again.
    pause
    exit /b 1
)
py -3 "%~dp0go.py" %*
if errorlevel 1 (
    if "%~1"=="" pause
    exit /b 1
)
