"""Word vectors made for a test, in the files of the packages that carry real ones."""

from __future__ import annotations

import json
from pathlib import Path

import msgpack
import numpy as np

from knowledge.vectors import SpacyPackage, murmur_hash

DIMENSIONS = 24

SUBJECTS = {
    "recrutement": "recruter embaucher salarié salariés personnel candidat apprenti main œuvre",
    "locaux": "local locaux bureau atelier entrepôt bâtiment surface mètres carrés",
    "financement": "aide subvention argent prêt financement financer budget euros",
    "formation": "former formation stage apprendre compétences cours diplôme",
    "horaires": "horaires ouvert ouverture fermeture heures matin samedi",
    "transport": "bus train gare métro tramway arrêt parking",
}
"""Words whose vectors are alike, by what they are about."""


def write_package(folder: Path, module: str = "fr_made") -> SpacyPackage:
    """A package in ``folder`` with vectors as spaCy writes them; words of a subject are alike."""
    draw = np.random.default_rng(0)
    vectors = np.empty((0, DIMENSIONS), np.float32)
    rows: dict[str, int] = {}
    for words in SUBJECTS.values():
        subject = draw.normal(size=DIMENSIONS)
        for word in words.split():
            rows[word] = len(vectors)
            own = subject + 0.2 * draw.normal(size=DIMENSIONS)
            vectors = np.vstack([vectors, own.astype(np.float32)])
    rows |= {"Paris": 0, "pret": len(vectors) - 1, "l'aide": 0}
    vocabulary = folder / module / f"{module}-1.0" / "vocab"
    vocabulary.mkdir(parents=True)
    (folder / module / "__init__.py").write_text("raise AssertionError('must not be imported')")
    metadata = folder / f"{module}-1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    with (vocabulary / "vectors").open("wb") as file:
        np.save(file, vectors)
    keyed = {murmur_hash(word.encode()): row for word, row in rows.items()}
    (vocabulary / "key2row").write_bytes(msgpack.packb(keyed))
    (vocabulary / "strings.json").write_text(json.dumps([*rows, "inconnu"]), encoding="utf-8")
    return SpacyPackage(module)
