"""Names and colours of all models, the same in every figure.

The colours are those of Okabe and Ito (2008) and Tol (2021), which people with a colour-vision
deficiency can tell apart.
"""

NAMES = {
    "persistence": "Yesterday's high",
    "close_naive": "Close \N{MULTIPLICATION SIGN} mean ratio",
    "har_ridge": "HAR ridge",
    "lstm": "LSTM",
    "textbook": "Textbook LSTM",
    "plain": "Plain MLP",
    "dropout": "Dropout",
    "batchnorm": "Batch norm",
    "weight_decay": "Weight decay",
    "tabm": "TabM",
    "all_networks": "Average of networks",
    "mean": "Mean",
    "ridge": "Ridge",
    "boosting": "Gradient boosting",
    "book": "Book's MLP",
    "tuned": "Tuned MLP",
    "augmented": "MLP on augmented digits",
    "quick": "ConvNet, short training",
    "best": "ConvNet, long training",
    "lenet": "LeNet",
    "transfer": "Fine-tuned network",
}
COLOURS = {
    "persistence": "#8C8C8C",
    "close_naive": "#E69F00",
    "har_ridge": "#009E73",
    "lstm": "#0072B2",
    "textbook": "#AA3377",
    "plain": "#332288",
    "dropout": "#EE3377",
    "batchnorm": "#33BBEE",
    "weight_decay": "#663333",
    "tabm": "#AA4499",
    "all_networks": "#222222",
    "mean": "#BBBBBB",
    "ridge": "#EECC66",
    "boosting": "#997700",
    "book": "#0C7BDC",
    "tuned": "#882255",
    "augmented": "#CC6677",
    "quick": "#44AA99",
    "best": "#117733",
    "lenet": "#DDAA33",
    "transfer": "#555555",
}
