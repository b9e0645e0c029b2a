"""What shared objects ask of the system that loads them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from scripts.layers.runtimes import LIBRARIES, Runtime, Version

_MAGIC = b"\x7fELF"
_MACHINE = "EM_X86_64"
_OF_ONE_PYTHON = re.compile(r"\.cpython-\d+\w*-.*\.so$")


@dataclass(frozen=True)
class Binary:
    """`libraries`: names of those that it needs. `folders`: where those are looked for, with $ORIGIN as it stands;
    `handed_on` where also those are that they need in turn (DT_RPATH, not DT_RUNPATH). `symbols`: (library, version)
    of the versioned symbols, such as ("libc.so.6", "GLIBC_2.17").
    """

    machine: str
    libraries: tuple[str, ...]
    folders: tuple[str, ...]
    handed_on: bool
    symbols: tuple[tuple[str, str], ...]


# Place in /opt, where the layers of a function are laid over each other.
Binaries = Mapping[PurePosixPath, Binary]


def read(file: Path) -> Binary | None:
    """None where it is no ELF file. Raises elftools.common.exceptions.ELFError where it is a broken one."""
    with file.open("rb") as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            return None
        elf = ELFFile(stream)
        tags = [tag for part in elf.iter_segments() if isinstance(part, DynamicSegment) for tag in part.iter_tags()]
        own = [tag.runpath for tag in tags if tag.entry.d_tag == "DT_RUNPATH"]
        paths = own or [tag.rpath for tag in tags if tag.entry.d_tag == "DT_RPATH"]
        return Binary(
            machine=elf["e_machine"],
            libraries=tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"),
            folders=tuple(folder for path in paths for folder in path.split(":")),
            handed_on=not own,
            symbols=tuple(_symbols(elf)),
        )


def _symbols(elf: ELFFile) -> Iterator[tuple[str, str]]:
    for section in elf.iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for library, versions in section.iter_versions():
                for version in versions:
                    yield library.name, version.name


def highest(binaries: Iterable[Binary], family: str) -> Version:
    """Of the system's symbols of a family, such as GLIBC; () where none is needed."""
    names = (version for binary in binaries for library, version in binary.symbols if library in LIBRARIES)
    return max((_number(name, family) for name in names), default=())


def _number(version: str, family: str) -> Version:
    found = re.fullmatch(rf"{family}_(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


def problems(binaries: Binaries, runtime: Runtime) -> list[str]:
    """Sentences: what cannot be loaded in that runtime, and why."""
    found = []
    for place, binary in binaries.items():
        if binary.machine != _MACHINE:
            found.append(f"{place} is for another machine ({binary.machine}).")
        elif _OF_ONE_PYTHON.search(place.name) and not place.name.endswith(runtime.extension):
            found.append(f"{place} is for another Python than {runtime.name}.")
        too_new = {name for library, name in binary.symbols if library in LIBRARIES and not _has(runtime, name)}
        if too_new:
            found.append(f"{place} needs {', '.join(sorted(too_new))}, which {runtime.system} does not have.")
    for place, names in _missing(binaries).items():
        found.append(f"{place} needs {', '.join(names)}, which neither the layers nor {runtime.system} have.")
    return found


def _has(runtime: Runtime, version: str) -> bool:
    """Not where a version is of no known family: GLIBC_ABI_DT_RELR, say, is one that no older glibc has."""
    return any(() < _number(version, family) <= limit for family, limit in runtime.symbols.items())


def _missing(binaries: Binaries) -> dict[PurePosixPath, list[str]]:
    """As the system's loader looks for libraries (ld.so(8)), from each binary that no other one loads."""
    loads = {place: _loaded(place, binaries) for place in binaries}
    loaded = {other for place, (others, _) in loads.items() for other in others if other != place}
    missing: dict[PurePosixPath, list[str]] = {}
    for place, (_, names) in loads.items():
        if place not in loaded:
            missing |= names
    return missing


def _loaded(first: PurePosixPath, binaries: Binaries) -> tuple[set[PurePosixPath], dict[PurePosixPath, list[str]]]:
    """What comes with a binary, and what does not: place -> names that it needs in vain."""
    loaded = {first}
    missing: dict[PurePosixPath, list[str]] = {}
    waiting: list[tuple[PurePosixPath, tuple[PurePosixPath, ...]]] = [(first, ())]
    while waiting:
        place, handed_on = waiting.pop(0)
        binary = binaries[place]
        folders = tuple(_folder(folder, place) for folder in binary.folders)
        inherited = (*folders, *handed_on) if binary.handed_on else ()
        # Lambda's LD_LIBRARY_PATH has /opt/lib.
        searched = [*(inherited or folders), PurePosixPath("lib")]
        for name in binary.libraries:
            there = next((folder / name for folder in searched if folder / name in binaries), None)
            if there is None and name not in LIBRARIES and name not in {one.name for one in loaded}:
                missing.setdefault(place, []).append(name)
            elif there and there not in loaded:
                loaded.add(there)
                waiting.append((there, inherited))
    return loaded, missing


def _folder(path: str, place: PurePosixPath) -> PurePosixPath:
    parts: list[str] = []
    for part in PurePosixPath(re.sub(r"\$\{?ORIGIN\}?", str(place.parent), path)).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return PurePosixPath(*parts)
