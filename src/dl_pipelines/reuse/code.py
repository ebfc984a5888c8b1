"""The code that a function runs, as a digest."""

import sys
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from inspect import Signature, isfunction, isgeneratorfunction
from pathlib import Path
from platform import python_version
from typing import Any

from dl_pipelines.reuse.digests import Digests, stamp, text_digest

# What computes results; a new version of what runs, tracks or tests changes none.
_PACKAGES = (
    *("accelerate", "conllu", "exchange_calendars", "kedro-datasets", "matplotlib", "mlxtend"),
    *("numpy", "optuna", "pandas", "pandera", "pillow", "pyarrow", "safetensors", "scikit-learn"),
    *("scipy", "skops", "tensorflow", "torch", "torchvision"),
)


class LazyFunction:
    """A function of a module that is imported when it is called; Kedro takes it for the function.

    Attributes:
        __signature__: Its signature.
        __annotations__: Those types of its arguments that Kedro has to know.
    """

    def __init__(
        self, module: str, name: str, signature: Signature, annotations: dict[str, type]
    ) -> None:
        """Describe the function.

        Args:
            module: Where it is.
            name: Its name there.
            signature: See above.
            annotations: See above.
        """
        self.__module__ = module
        self.__name__ = self.__qualname__ = name
        self.__signature__ = signature
        self.__annotations__ = annotations

    def imported(self) -> Callable[..., Any]:
        """The function itself."""
        function: Callable[..., Any] = getattr(import_module(self.__module__), self.__name__)
        return function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself."""
        return self.imported()(*args, **kwargs)


class Code:
    """Digests of modules together with all modules of their package that they import.

    Attributes:
        unreadable: Which file cannot be parsed, whoever imports it, and why: nothing then tells
            what the modules of its package import. Empty if there is none.
    """

    def __init__(self, digests: Digests) -> None:
        """Prepare; nothing is read yet.

        Args:
            digests: Of source files.
        """
        self._digests = digests
        self._graphs: dict[str, Any] = {}
        self._modules: dict[str, tuple[list[str], str | None]] = {}
        self.unreadable = ""

    def of_function(self, function: Any) -> str | None:
        """The digest of a function's module and of what that imports, directly or not.

        Args:
            function: The function.

        Returns:
            The digest; None of what its module does not determine, a lambda, a function made in
            another one, a callable object; and of a generator, whose outputs are saved in parts.
        """
        known = isfunction(function) or isinstance(function, LazyFunction)
        whole = known and function.__qualname__.isidentifier()
        if not whole or isgeneratorfunction(function):
            return None
        return self.of_module(function.__module__)

    def of_module(self, module: str) -> str | None:
        """The digest of a module and of what it imports from its own top-level package.

        Imports inside functions count, those for type checkers do not. A package's `__init__`
        counts where something is imported from it, not where something below it is.

        Args:
            module: Its name, e.g. `dl_pipelines.pipelines.stock_lstm.nodes`.

        Returns:
            The digest; None if a source file is not found, or one of its package cannot be parsed.
        """
        if module not in self._modules:  # Python has read it once, too
            imported = self._imported(module)
            names = sorted({module, *(imported or ())})
            self._modules[module] = names, None if imported is None else self._of_files(names)
        return self._modules[module][1]

    def edited(self, module: str) -> bool:
        """Whether a file has changed since `of_module` was first asked for this module.

        Nothing then tells which code has run: Python reads a module when it is first imported.

        Args:
            module: Its name.
        """
        before = self.of_module(module)
        return self._of_files(self._modules[module][0]) != before

    def _of_files(self, modules: list[str]) -> str | None:
        digests = [self._digests.of(_file_of(name)) for name in modules]
        text = repr([*zip(modules, digests, strict=True)])
        return None if None in digests else text_digest(text)

    def _imported(self, module: str) -> set[str] | None:
        package = module.partition(".")[0]
        if not hasattr(sys.modules.get(package), "__path__"):
            return set()  # a script, or a module that belongs to no package
        if package not in self._graphs:
            self._graphs[package] = self._graph(package)
        graph = self._graphs[package]
        if graph is None:
            return None
        return set(graph.find_upstream_modules(module)) if module in graph.modules else set()

    def _graph(self, package: str) -> Any:
        """Who imports whom in a package; None if one of its files cannot be parsed."""
        # heavy: imported when used
        from grimp.exceptions import SourceSyntaxError  # noqa: PLC0415

        try:
            return _graph_of(package, _stamps(Path(sys.modules[package].__path__[0])))
        except (SourceSyntaxError, UnicodeError, OSError) as error:
            self.unreadable = str(error)
            return None


@lru_cache(maxsize=2)  # a run asks for it twice, and a notebook runs several times
def _graph_of(package: str, stamps: tuple[str, ...]) -> Any:
    """Who imports whom in a package, whose files have these stamps."""
    # heavy: imported when used
    import grimp  # noqa: PLC0415

    # Without its cache on the disk: reading 350 files anew takes 0.05 s.
    return grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)


def _stamps(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(f"{file} {stamp(file)}" for file in folder.rglob("*.py")))


@cache
def package_versions() -> str:
    """A digest of the versions of Python and of the packages that compute results."""
    return text_digest(repr([python_version(), *map(_version, _PACKAGES)]))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _file_of(module: str) -> Path:
    """The source file of a module, found without importing it."""
    top, *rest = module.split(".")
    loaded: Any = sys.modules.get(top)
    if not rest:
        return Path(getattr(loaded, "__file__", None) or "")
    path = Path(loaded.__path__[0], *rest)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
