"""Early stopping: the validation set says how long to train."""

import copy
import math


class EarlyStopping:
    """Remembers the weights with the smallest validation loss, and says when to give up waiting for a smaller one.

    patience: so many epochs in a row may pass without a new minimum.
    """

    def __init__(self, patience):
        self.patience = patience
        self.epoch, self.best_epoch = 0, 0
        self.best_loss, self.best_state = math.inf, None

    def is_time(self, network, validation_loss):
        """To be asked after each epoch. network: ours or of `torch.nn`, as it is then. Returns whether to stop."""
        self.epoch += 1
        if validation_loss < self.best_loss:
            self.best_loss, self.best_epoch = validation_loss, self.epoch
            self.best_state = copy.deepcopy(network.state_dict())
        return self.epoch - self.best_epoch >= self.patience

    def restore(self, network):
        """Give the network the weights of the best epoch."""
        network.load_state_dict(self.best_state)
