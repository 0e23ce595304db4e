# shellcheck shell=bash
# Sourced by the scripts that use a browser.

# The packages of Python that drive it: selenium speaks to Debian's chromedriver, and the other one brings axe-core.
browser_packages=(selenium==4.51.0 axe-playwright-python==0.1.8)
# shellcheck disable=SC2034 # used by the scripts
python=$PWD/.build/browser/bin/python
# shellcheck disable=SC2034 # used by the scripts
stand=.build/debug/lockstep-stand

# browser_ready: the browser, its driver and the program that serves are there.
browser_ready() {
    scripts/need test
    if ! "$python" -c 'import selenium, axe_playwright_python' 2>/dev/null; then
        python3 -m venv .build/browser
        .build/browser/bin/pip install --quiet --disable-pip-version-check "${browser_packages[0]}"
        # It asks for playwright, which brings browsers of its own; only a file of it is used.
        .build/browser/bin/pip install --quiet --disable-pip-version-check --no-deps "${browser_packages[@]:1}"
    fi
    [[ -x $stand ]] || "$SWIFT" build "${SWIFT_FLAGS[@]}" --product lockstep-stand
}
