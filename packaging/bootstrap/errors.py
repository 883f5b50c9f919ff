"""What can go wrong during set-up, each as one sentence that says what to do.

Knows pip's wording for the common failures; does not know how pip is run.
"""

import errno
import re


class SetupError(Exception):
    """Set-up cannot go on. The text is one sentence for the user."""


class SetupStopped(Exception):
    """The user stopped the set-up."""


_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution"
    r"|Failed to establish a new connection|ConnectTimeout|Connection refused|getaddrinfo failed"
    r"|Network is unreachable|Cannot connect to proxy|ProxyError|No route to host"
    r"|Connection to \S+ timed out|Read timed out|Connection reset by peer|SSLError"
)
_NO_VERSION = re.compile(r"No matching distribution found for ([^\n]+)")


def disk_full(place: str) -> SetupError:
    """There is no room left while writing."""
    return SetupError(f"The disk that holds {place} is full; free some space and start again.")


def no_permission(place: str) -> SetupError:
    """The project's folder cannot be written to."""
    return SetupError(
        f"You may not write to {place}; move the folder to a place that is yours, "
        "or change its permissions."
    )


def from_os_error(error: OSError, place: str) -> SetupError:
    """The sentence for an error of the operating system while working in `place`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return no_permission(place)
    return SetupError(f"Setting up failed in {place}: {error.strerror or error}.")


def from_pip_output(output: str, place: str, log: str) -> SetupError:
    """The sentence for a failed run of pip, from what it printed."""
    if "No space left on device" in output or "[Errno 28]" in output:
        return disk_full(place)
    if "Permission denied" in output or "Read-only file system" in output:
        return no_permission(place)
    if _NO_NETWORK.search(output):
        return SetupError(
            "The packages could not be downloaded: check the network connection (and the proxy, "
            f"if there is one) and start again; what is already there is kept (details: {log})."
        )
    if found := _NO_VERSION.search(output):
        return SetupError(
            f"pip finds no {found[1].strip()} for this Python and this system; another version "
            f"of Python may have one (details: {log})."
        )
    said = [line.strip() for line in output.splitlines() if line.lstrip().startswith("ERROR:")]
    reason = said[-1].removeprefix("ERROR:").strip().rstrip(".") if said else "pip failed"
    return SetupError(f"The packages could not be installed: {reason} (details: {log}).")
