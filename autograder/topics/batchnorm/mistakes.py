"""Known mistakes of topic batchnorm, as executable wrong answers."""

import torch

from ..common.model import Mistakes

MISTAKES = Mistakes("batchnorm")

WAYS = "On how many ways does one x reach the outputs of its channel?"
WHICH_VARIANCE = (
    "Which of the two variances divides by m, and which by m - 1: the one to normalise, or the one to remember?"
)
WHICH_VALUES = "Which values of x belong to one channel?"
TWO_MODES = "Whose mean and variance should be used once the training is over?"
FACTORS = "Which factors stand in front of the bracket in y = γ (x - μ) / √(σ² + eps) + β?"


# --- remember ------------------------------------------------------------------------------------------------


@MISTAKES.known("BatchNorm.remember", says="Your running variance is made of biased variances.", asks=WHICH_VARIANCE)
def running_variance_biased(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(var, alpha=a)


@MISTAKES.known(
    "BatchNorm.remember",
    says="Your running variance is made of variances that were multiplied by (m - 1)/m.",
    asks="Is the unbiased variance the larger or the smaller of the two?",
)
def running_variance_corrected_the_wrong_way(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(var, alpha=a * (m - 1) / m)


@MISTAKES.known(
    "BatchNorm.remember",
    says="Your running variance is made of standard deviations.",
    asks="What stands under the root when the running values are used?",
)
def running_standard_deviation(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(torch.sqrt(var * m / (m - 1)), alpha=a)


@MISTAKES.known(
    "BatchNorm.remember",
    says="Your running moments keep the share `momentum` of the old and take 1 - momentum of the new.",
    asks="With momentum=0.1, how much should one batch count?",
)
def momentum_reversed(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 1 / self.num_batches_tracked.item() if self.momentum is None else 1 - self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(var, alpha=a * m / (m - 1))


@MISTAKES.known(
    "BatchNorm.remember",
    says="Your running moments are those of the last batch alone.",
    asks="What becomes of the batches before the last one?",
)
def only_the_last_batch_remembered(self, mean, var, m):
    self.num_batches_tracked += 1
    self.running_mean.copy_(mean)
    self.running_var.copy_(var * m / (m - 1))


@MISTAKES.known(
    "BatchNorm.remember",
    says="The new batch is added with the weight `momentum`, but the old value keeps its whole weight.",
    asks="Do the weights of an average add up to 1 here?",
)
def old_moments_not_reduced(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
    self.running_mean.add_(mean, alpha=a)
    self.running_var.add_(var, alpha=a * m / (m - 1))


@MISTAKES.known(
    "BatchNorm.remember",
    says="With momentum=None your moments move as with momentum=0.1.",
    asks="Which weight must the k-th batch have, so that all k count the same?",
)
def momentum_none_as_the_default(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 0.1 if self.momentum is None else self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(var, alpha=a * m / (m - 1))


@MISTAKES.known(
    "BatchNorm.remember",
    says="With momentum=None your k-th batch has the weight 1/(k+1): the initial value counts as a batch.",
    asks="After the very first batch, what is the mean over all batches?",
)
def momentum_none_counts_the_start(self, mean, var, m):
    self.num_batches_tracked += 1
    a = 1 / (self.num_batches_tracked.item() + 1) if self.momentum is None else self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(var, alpha=a * m / (m - 1))


@MISTAKES.known(
    "BatchNorm.remember",
    says="num_batches_tracked stays as it is.",
    asks="How will the layer know, with momentum=None, which batch this is?",
)
def batches_not_counted(self, mean, var, m):
    a = 1 / (self.num_batches_tracked.item() + 1) if self.momentum is None else self.momentum
    self.running_mean.mul_(1 - a).add_(mean, alpha=a)
    self.running_var.mul_(1 - a).add_(var, alpha=a * m / (m - 1))


# --- forward -------------------------------------------------------------------------------------------------


@MISTAKES.known("BatchNorm.forward", says="Your batch is normalised with the unbiased variance.", asks=WHICH_VARIANCE)
def normalises_with_the_unbiased_variance(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        biased, mean = torch.var_mean(x, self.dims, correction=0)
        var = torch.var(x, self.dims)
        if self.training and self.track_running_stats:
            self.remember(mean, biased, x.numel() // self.num_features)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="You divide by √σ² + eps: eps is outside of the root.",
    asks="For a channel with σ² = 0, what is 1/√(σ² + eps), and what is yours?",
)
def eps_outside_the_root(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, self.dims, correction=0)
        if self.training and self.track_running_stats:
            self.remember(mean, var, x.numel() // self.num_features)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / (torch.sqrt(var) + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="Your numbers are those of eps = 1e-5, whatever eps was given.",
    asks="Where does the number that the constructor received go?",
)
def eps_ignored(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, self.dims, correction=0)
        if self.training and self.track_running_stats:
            self.remember(mean, var, x.numel() // self.num_features)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + 1e-5)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known("BatchNorm.forward", says="In evaluation you normalise with the moments of the batch.", asks=TWO_MODES)
def evaluation_uses_the_batch(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = True
    var, mean = torch.var_mean(x, self.dims, correction=0)
    if self.training and self.track_running_stats:
        self.remember(mean, var, x.numel() // self.num_features)
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known("BatchNorm.forward", says="In training you normalise with the running moments.", asks=TWO_MODES)
def training_uses_the_running_moments(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = not self.track_running_stats
    var, mean = torch.var_mean(x, self.dims, correction=0)
    if self.training and self.track_running_stats:
        self.remember(mean, var, x.numel() // self.num_features)
    if self.track_running_stats:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="Your running moments move in evaluation, too.",
    asks="May the answer for one point change what is said about the next, once the training is over?",
)
def remembers_in_evaluation(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    var, mean = torch.var_mean(x, self.dims, correction=0)
    if self.track_running_stats:
        before = self.running_mean.clone(), self.running_var.clone()
        self.remember(mean, var, x.numel() // self.num_features)
    if not self.uses_batch:
        mean, var = before
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="Your running moments never move.",
    asks="Who calls `remember`, and when?",
)
def never_remembers(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, self.dims, correction=0)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="Your mean and variance are taken over the batch alone, for each place of an image by itself.",
    asks=WHICH_VALUES,
)
def each_place_by_itself(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, 0, correction=0)
        if self.training and self.track_running_stats:
            self.remember(mean.reshape(len(mean), -1).mean(1), var.reshape(len(var), -1).mean(1), len(x))
        self.inv_std = (1 / torch.sqrt(var + self.eps)).reshape(len(var), -1).mean(1)
        self.x_hat = (x - mean) / torch.sqrt(var + self.eps)
    else:
        self.inv_std = 1 / torch.sqrt(self.running_var + self.eps)
        self.x_hat = (x - self.per_channel(self.running_mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="Your mean and variance are taken within each sample, over all of its channels.",
    asks=WHICH_VALUES,
)
def each_sample_by_itself(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    var, mean = torch.var_mean(x, self.dims, correction=0)
    if self.training and self.track_running_stats:
        self.remember(mean, var, x.numel() // self.num_features)
    if self.uses_batch:
        own = list(range(1, x.dim()))
        self.inv_std = 1 / torch.sqrt(var + self.eps)
        self.x_hat = (x - x.mean(own, keepdim=True)) / torch.sqrt(x.var(own, correction=0, keepdim=True) + self.eps)
    else:
        self.inv_std = 1 / torch.sqrt(self.running_var + self.eps)
        self.x_hat = (x - self.per_channel(self.running_mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="One mean and one variance are taken over the whole batch, all channels together.",
    asks=WHICH_VALUES,
)
def all_channels_together(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        mean, var = (t.expand(self.num_features) for t in (x.mean(), x.var(correction=0)))
        if self.training and self.track_running_stats:
            self.remember(mean, var, x.numel())
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known(
    "BatchNorm.forward",
    says="Your values are divided by the variance, not by its root.",
    asks="What is the variance of x/σ², and what is that of x/σ?",
)
def divided_by_the_variance(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, self.dims, correction=0)
        if self.training and self.track_running_stats:
            self.remember(mean, var, x.numel() // self.num_features)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / (var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


@MISTAKES.known("BatchNorm.forward", says="Your output is x̂: γ and β have no effect.", asks="When is y equal to x̂?")
def scale_and_shift_ignored(self, x):
    self.require_shape(x)
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, self.dims, correction=0)
        if self.training and self.track_running_stats:
            self.remember(mean, var, x.numel() // self.num_features)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    return self.x_hat.clone()


@MISTAKES.known(
    "BatchNorm.forward",
    says="One value per channel is accepted in training, and comes out as β.",
    asks="What is x - μ when there is one x?",
)
def one_value_accepted(self, x):
    if x.dim() not in self.ranks or x.shape[1] != self.num_features:
        raise ValueError("another shape")
    self.dims = [d for d in range(x.dim()) if d != 1]
    self.uses_batch = self.training or not self.track_running_stats
    if self.uses_batch:
        var, mean = torch.var_mean(x, self.dims, correction=0)
        m = x.numel() // self.num_features
        if self.training and self.track_running_stats and m > 1:
            self.remember(mean, var, m)
    else:
        mean, var = self.running_mean, self.running_var
    self.inv_std = 1 / torch.sqrt(var + self.eps)
    self.x_hat = (x - self.per_channel(mean)) * self.per_channel(self.inv_std)
    if not self.affine:
        return self.x_hat.clone()
    return self.per_channel(self.weight.data) * self.x_hat + self.per_channel(self.bias.data)


# --- backward ------------------------------------------------------------------------------------------------


@MISTAKES.known(
    "BatchNorm.backward",
    says="Your grad_input is γ/√(σ² + eps) · grad_y: mean and variance are treated as constants, also in training.",
    asks=WAYS,
)
def mean_and_variance_as_constants(self, grad_y):
    scale = self.inv_std
    if self.affine:
        self.bias.grad += grad_y.sum(self.dims)
        self.weight.grad += (grad_y * self.x_hat).sum(self.dims)
        scale = scale * self.weight.data
    return self.per_channel(scale) * grad_y


@MISTAKES.known(
    "BatchNorm.backward",
    says="In your grad_input the way through the mean is missing: it does not sum to 0 over each channel.",
    asks=WAYS,
)
def way_through_the_mean_forgotten(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        g = g - x_hat * self.per_channel(sum_g_x_hat / (g.numel() // self.num_features))
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="In your grad_input the way through the variance is missing: it is not orthogonal to x̂.",
    asks=WAYS,
)
def way_through_the_variance_forgotten(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        g = g - self.per_channel(sum_g / (g.numel() // self.num_features))
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="In your grad_input the way through the variance counts half.",
    asks="What is the derivative of d², and what is that of v to the power of -1/2?",
)
def half_the_way_through_the_variance(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        m = g.numel() // self.num_features
        g = g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / (2 * m))
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="The two sums in your grad_input are not divided by m.",
    asks="What does one x have to do with the mean of its channel: how much does it change when x does?",
)
def sums_not_divided(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        g = g - self.per_channel(sum_g) - x_hat * self.per_channel(sum_g_x_hat)
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="The two sums in your grad_input are divided by the batch size N, where there are more values in a channel.",
    asks="How many values share one mean, for an input of shape (N, C, H, W)?",
)
def sums_divided_by_the_batch_size(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        g = g - self.per_channel(sum_g / len(g)) - x_hat * self.per_channel(sum_g_x_hat / len(g))
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="In evaluation your grad_input goes through the mean and the variance of the batch.",
    asks="In evaluation, do the mean and the variance that are used depend on x?",
)
def evaluation_as_in_training(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = scale * self.weight.data
    m = g.numel() // self.num_features
    return self.per_channel(scale) * (g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / m))


@MISTAKES.known("BatchNorm.backward", says="In your grad_input the factor γ is missing.", asks=FACTORS)
def grad_input_without_gamma(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
    if self.uses_batch:
        m = g.numel() // self.num_features
        g = g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / m)
    return self.per_channel(self.inv_std) * g


@MISTAKES.known("BatchNorm.backward", says="In your grad_input the factor 1/√(σ² + eps) is missing.", asks=FACTORS)
def grad_input_without_the_deviation(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = torch.ones_like(self.inv_std)
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g_x_hat
        scale = self.weight.data
    if self.uses_batch:
        m = g.numel() // self.num_features
        g = g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / m)
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="Your gradient of γ is the sum of grad_y, without x̂.",
    asks="In y = γ x̂ + β, what multiplies γ?",
)
def gamma_without_x_hat(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += sum_g
        scale = scale * self.weight.data
    if self.uses_batch:
        m = g.numel() // self.num_features
        g = g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / m)
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="Your gradient of γ is the sum of grad_y · y, with the output of the layer in the place of x̂.",
    asks="In y = γ x̂ + β, what multiplies γ?",
)
def gamma_with_the_output(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += sum_g
        self.weight.grad += self.weight.data * sum_g_x_hat + self.bias.data * sum_g
        scale = scale * self.weight.data
    if self.uses_batch:
        m = g.numel() // self.num_features
        g = g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / m)
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="Your gradients of γ and β are means over the values of a channel, where sums belong.",
    asks="β is added to each value: how many ways lead from one β to the loss?",
)
def parameter_gradients_averaged(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    mean_g, mean_g_x_hat = g.mean(self.dims), (g * x_hat).mean(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad += mean_g
        self.weight.grad += mean_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        g = g - self.per_channel(mean_g) - x_hat * self.per_channel(mean_g_x_hat)
    return self.per_channel(scale) * g


@MISTAKES.known(
    "BatchNorm.backward",
    says="The gradients of the last backward stand where the sum over all backward calls belongs.",
    asks="What is in `weight.grad` when backward is called a second time?",
)
def gradients_overwritten(self, grad_y):
    g, x_hat = grad_y, self.x_hat
    sum_g, sum_g_x_hat = g.sum(self.dims), (g * x_hat).sum(self.dims)
    scale = self.inv_std
    if self.affine:
        self.bias.grad = sum_g
        self.weight.grad = sum_g_x_hat
        scale = scale * self.weight.data
    if self.uses_batch:
        m = g.numel() // self.num_features
        g = g - self.per_channel(sum_g / m) - x_hat * self.per_channel(sum_g_x_hat / m)
    return self.per_channel(scale) * g
