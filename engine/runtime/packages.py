"""Model packages on disk: found by their cards, opened when their files are what the cards say."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError, ModelPackageError
from engine.places import assets_folder, user_folder
from engine.runtime.cards import CARD_FILE, ModelCard, PackageFile, read_card


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPackage:
    """A folder with ``card.toml``, ``weights.safetensors`` and ``model.onnx``."""

    folder: Path
    card: ModelCard

    def checked_path(self, file: PackageFile) -> Path:
        """The path of one of the package's files.

        Raises:
            ModelPackageError: It is missing or is not the file the card was written for.
        """
        path = self.folder / file.name
        if Path(file.name).name != file.name or not path.is_file():
            raise ModelPackageError(
                f"model {self.card.id}: {file.name} is missing; install it again"
            )
        if file_sha256(path) != file.sha256:
            raise ModelPackageError(
                f"model {self.card.id}: {file.name} is not the file its card describes; "
                "install it again"
            )
        return path


def file_sha256(path: Path) -> str:
    """Hexadecimal digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_folders() -> tuple[Path, ...]:
    """Where packages are looked for: shipped ones first, then the user's own."""
    return (assets_folder() / "models", user_folder() / "models")


def installed_models() -> tuple[ModelPackage, ...]:
    """Every package with a readable card, shipped ones first, then by name; reads cards only."""
    found: list[ModelPackage] = []
    for parent in model_folders():
        for path in sorted(parent.glob(f"*/{CARD_FILE}")):
            try:
                found.append(ModelPackage(folder=path.parent, card=read_card(path.parent)))
            except EngineError:
                continue  # 'skelarium doctor' names packages that cannot be read
    return tuple(found)


def find_model(model_id: str | None) -> ModelPackage:
    """The package with an id, a package folder given as a path, or the default one for None.

    Raises:
        ModelPackageError: There is none; the message lists those there are.
    """
    packages = installed_models()
    if model_id is not None and Path(model_id).is_dir():
        return ModelPackage(folder=Path(model_id), card=read_card(Path(model_id)))
    for package in packages:
        if model_id in (None, package.card.id):
            return package
    known = ", ".join(package.card.id for package in packages) or "none"
    raise ModelPackageError(f"no model {model_id or 'at all'}; installed: {known}")
