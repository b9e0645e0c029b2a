"""Lambda's Python runtimes, as far as a layer must know them."""

import sys
from dataclasses import dataclass

Version = tuple[int, ...]

# Of the libraries that a manylinux wheel may count on (https://peps.python.org/pep-0600/), those that Lambda has.
LIBRARIES = frozenset(
    {
        *("libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libutil.so.1", "libresolv.so.2"),
        *("ld-linux-x86-64.so.2", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"),
    }
)
# boto3 and what it needs: the runtime's own, in no layer.
PACKAGES = frozenset({"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"})
# https://docs.python.org/3.12/whatsnew/3.12.html#removed and https://peps.python.org/pep-0594/
_GONE = {
    *("asynchat", "asyncore", "distutils", "imp", "smtpd"),
    *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis", "nntplib"),
    *("ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
}


@dataclass(frozen=True)
class Runtime:
    """`symbols`: the highest version that its libraries have of each family of versioned symbols. `magic`: of its
    bytecode.
    """

    name: str
    system: str
    symbols: dict[str, Version]
    modules: frozenset[str]
    magic: int

    @property
    def tag(self) -> str:
        """In the names of files that are compiled for this Python alone."""
        return f"cpython-{self.name.removeprefix('python').replace('.', '')}"

    @property
    def extension(self) -> str:
        """What a module's file name ends in that is compiled for this Python alone."""
        return f".{self.tag}-x86_64-linux-gnu.so"


# GLIBC: https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html. GLIBCXX, CXXABI and GCC: of GCC 7 and 11,
# https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html. ZLIB: of zlib 1.2.7 and 1.2.11. The magic numbers are the
# last ones in Lib/importlib/_bootstrap_external.py of each Python; within a minor version they do not change.
RUNTIMES = {
    runtime.name: runtime
    for runtime in (
        Runtime(
            "python3.11",
            "Amazon Linux 2",
            {"GLIBC": (2, 26), "GLIBCXX": (3, 4, 24), "CXXABI": (1, 3, 11), "GCC": (7, 0, 0), "ZLIB": (1, 2, 5, 2)},
            frozenset(sys.stdlib_module_names | _GONE),
            magic=3495,
        ),
        Runtime(
            "python3.13",
            "Amazon Linux 2023",
            {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (7, 0, 0), "ZLIB": (1, 2, 9)},
            frozenset(sys.stdlib_module_names - _GONE),
            magic=3571,
        ),
    )
}
