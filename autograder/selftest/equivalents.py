"""Mutants that compute the same: no check could fail them, and none should. One reason for each."""

SAME_PRODUCT = "a product has no order"
SAME_NUMBER = "the division leaves no remainder, and a count may be a float"
SAME_WORDS = "only the order of two shapes in an error message changes"
LAYOUT = "the same numbers in another order in memory"
NO_ORDER = "a maximum has no order"
EXCHANGED = "dimensions are exchanged either way"
OWN_MEMORY = "in memory of its own"
MASK = "a mask of True and False multiplies like 1 and 0"
REFUSED_ANYWAY = "taking one dimension apart into two sizes raises a ValueError, too"

EQUIVALENTS = {
    "BatchNorm.forward: self.remember(mean, var, x.numel() // self.num_features)"
    " -> self.remember(mean, var, x.numel() / self.num_features)": SAME_NUMBER,
    "BatchNorm.backward: m = g.numel() // self.num_features -> m = g.numel() / self.num_features": SAME_NUMBER,
    "conv2d_grad_weight: grad += (grad_y[part].flatten(2) @ columns.transpose(1, 2)).sum(0)"
    " -> grad += (grad_y[part].flatten(2) @ columns.transpose(2, 1)).sum(0)": EXCHANGED,
    "numerical_gradient: grad = torch.zeros_like(x) -> grad = torch.ones_like(x)": "every entry is written afterwards",
    "fan_in_and_fan_out: if tensor.dim() < 2: -> if tensor.dim() < 1:": REFUSED_ANYWAY,
    "fan_in_and_fan_out: raise ValueError("
    'f"fans need a weight with at least 2 dimensions, got shape {tuple(tensor.shape)}") -> pass': REFUSED_ANYWAY,
    "MSELoss.forward: require_same_shape(input, target) -> require_same_shape(target, input)": SAME_WORDS,
    "L1Loss.forward: require_same_shape(input, target) -> require_same_shape(target, input)": SAME_WORDS,
    "BCEWithLogitsLoss.forward: require_same_shape(input, target) -> require_same_shape(target, input)": SAME_WORDS,
    "CrossEntropyLoss.forward: self.n = self.divisor(input.numel() // input.shape[dim])"
    " -> self.n = self.divisor(input.numel() / input.shape[dim])": SAME_NUMBER,
    "Softmax.backward: return weighted.addcmul_(p, weighted.sum(self.dim, keepdim=True), value=-1)"
    " -> return weighted.addcmul_(weighted.sum(self.dim, keepdim=True), p, value=-1)": SAME_PRODUCT,
    "Tanh.backward: return torch.addcmul(grad_y, g_y, self.y, value=-1, out=g_y)"
    " -> return torch.addcmul(grad_y, g_y, self.y, value=-1)": OWN_MEMORY,
    "Softmax.forward: e = exp(z, out=z) -> e = exp(z)": OWN_MEMORY,
    "BatchNorm.forward: return torch.addcmul(beta, gamma, self.x_hat, out=y)"
    " -> return torch.addcmul(beta, gamma, self.x_hat)": OWN_MEMORY,
    "BatchNorm.backward: grad_x = torch.addcmul(g, x_hat, self.per_channel(sum_g_x_hat / m), value=-1, out=g_x_hat)"
    " -> grad_x = torch.addcmul(g, x_hat, self.per_channel(sum_g_x_hat / m), value=-1)": OWN_MEMORY,
    "BCEWithLogitsLoss.forward: losses = exp(input.abs(), k=-1).log1p_().add_(input.clamp(min=0))"
    ".addcmul_(input, target, value=-1) -> losses = exp(input.abs(), k=-1).log1p_().add_(input.clamp(min=0))"
    ".addcmul_(target, input, value=-1)": SAME_PRODUCT,
    **{
        f"LeakyReLU.forward: if 0 <= a <= 1: -> if {mutant}:": "the general way gives these slopes too"
        for mutant in ("1 <= a <= 1", "0 < a <= 1", "0 <= a < 1", "0 <= a <= 0")
    },
    "SGD.step: if self.momentum != 0: -> if self.momentum != 1:": "with momentum 0 the buffer is the gradient itself",
    "MaxPool2d.backward: torch.eq(candidate, self.y, out=won)"
    " -> torch.eq(self.y, candidate, out=won)": "equality has no order",
    "MaxPool2d.backward: place.addcmul_(left, won) -> place.addcmul_(won, left)": SAME_PRODUCT,
    "FastMaxPool2d.forward: overtook.append(torch.gt(candidate, y, out=torch.empty_like(y)))"
    " -> overtook.append(torch.gt(candidate, y))": MASK,
    "FastMaxPool2d.forward: shape, y, overtook = y.shape, first.clone(memory_format=torch.contiguous_format), []"
    " -> shape, y, overtook = y.shape, first.clone(), []": LAYOUT,
    "FastMaxPool2d.forward: y = torch.maximum(y, candidate) -> y = torch.maximum(candidate, y)": NO_ORDER,
    "FastMaxPool2d.backward: place.addcmul_(left, won) -> place.addcmul_(won, left)": SAME_PRODUCT,
    "columns_product: torch.add(product.view(part.shape), bias[:, None, None], out=part)"
    " -> torch.add(bias[:, None, None], product.view(part.shape), out=part)": "a sum has no order",
    "columns_product_backward: grad += (g @ matrix.transpose(1, 2)).sum(0)"
    " -> grad += (g @ matrix.transpose(2, 1)).sum(0)": EXCHANGED,
    **{
        f"winograd_matrices: {line.format(', dtype=torch.float64')} -> {line.format('')}": "exact in float32 as well"
        for line in ("points = torch.tensor(POINTS[: n - 1]{})", "infinity = torch.zeros(1, k{})")
    },
    "Upsample.forward: for i in range(1, s_H): -> for i in range(0, s_H):": "the first row is copied onto itself",
    "Upsample.backward: first, *others = grad_y.reshape(N, C, H, s_H, W * s_W).unbind(3)"
    " -> first, *others = grad_y.reshape(C, N, H, s_H, W * s_W).unbind(3)": "samples and channels are treated alike",
}
"""{Mutant.name: why it is equivalent}"""
