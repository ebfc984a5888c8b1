"""Figures of generators, made up."""

METRICS = {
    "frechet": 12.0,
    "frechet_floor": 3.0,
    "frechet_ratio": 4.0,
    "kernel_distance": 0.1,
    "precision": 0.71,
    "recall": 0.35,
    "precision_reference": 0.9,
    "recall_reference": 0.88,
    "label_kl": 0.0123,
    "classes_present": 10.0,
}
VAE = {"elbo": -98.71, "elbo_se": 0.24, "iwae_nll": 94.46, "bce_kl": 102.8, "active_units": 17.0}
CGAN = {
    "conditional_accuracy": 0.9905,
    "conditional_accuracy_low": 0.9884,
    "conditional_accuracy_high": 0.9922,
    "train_on_generated_accuracy": 0.961,
}
