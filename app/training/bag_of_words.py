"""TF-IDF with logistic regression: a baseline that sees only the words and word pairs of a sentence."""

from __future__ import annotations

from ..errors import BadInput
from ..networks.codecs.words import split_words
from .reviews import Labelled

WEIGHTS = (1.0, 3.0, 10.0, 30.0)
"""scikit-learn's C, the inverse of the regularization strength; the best on validation is taken."""


def bag_of_words_accuracy(training: Labelled, validation: Labelled, held_out: Labelled) -> float:
    """Return the accuracy on the held-out sentences; raises `BadInput` without scikit-learn.

    Words and pairs of adjacent words that occur at least twice are counted, with sublinear term frequencies.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise BadInput(
            "scikit-learn is not installed; the baseline of this model needs it",
            expected="pip install scikit-learn",
        ) from None

    counted = TfidfVectorizer(
        tokenizer=split_words,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, 2),
        min_df=2,
        sublinear_tf=True,
    )
    seen = counted.fit_transform(training.sentences)
    others = [counted.transform(part.sentences) for part in (validation, held_out)]
    models = [LogisticRegression(C=weight, max_iter=1000).fit(seen, training.classes) for weight in WEIGHTS]
    best = max(models, key=lambda model: model.score(others[0], validation.classes))
    return float(best.score(others[1], held_out.classes))
