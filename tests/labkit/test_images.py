import torch

from labkit import plots

IMAGES = torch.rand(5, 1, 4, 6, generator=torch.Generator().manual_seed(0))


def shown(axes):
    return [torch.as_tensor(ax.images[0].get_array()) for ax in axes if ax.images]


def test_grid_shows_all_images_with_their_titles():
    axes = plots.grid(IMAGES, titles="abcde", columns=2).axes
    assert len(axes) == 6
    assert all(torch.equal(image, expected[0]) for image, expected in zip(shown(axes), IMAGES, strict=True))
    assert [ax.get_title() for ax in axes] == ["a", "b", "c", "d", "e", ""]


def test_ink_is_dark_on_one_scale():
    image = plots.grid(IMAGES[:1], columns=1).axes[0].images[0]
    assert image.get_clim() == (0, 1)
    assert sum(image.cmap(0.0)[:3]) > sum(image.cmap(1.0)[:3])


def test_rows_put_what_belongs_together_into_columns():
    colour = torch.rand(3, 3, 4, 6)
    figure = plots.rows({"noisy": colour, "clean": 1 - colour})
    assert [ax.get_ylabel() for ax in figure.axes] == ["noisy", "", "", "clean", "", ""]
    images = shown(figure.axes)
    assert torch.equal(images[1], colour[1].permute(1, 2, 0))
    assert torch.equal(images[4], (1 - colour)[1].permute(1, 2, 0))


def test_weights_have_zero_in_the_middle_of_one_scale():
    kernels = torch.tensor([[[[1.0, -3.0]]], [[[0.5, 2.0]]]])
    images = [ax.images[0] for ax in plots.weights(kernels).axes if ax.images]
    assert {image.get_clim() for image in images} == {(-3, 3)}


def test_confusion_writes_counts_and_marks_the_wrong_ones():
    ax = plots.confusion(torch.tensor([[5, 0], [2, 7]]))
    texts = {text.get_position(): (text.get_text(), text.get_weight()) for text in ax.texts}
    assert texts == {(0, 0): ("5", "normal"), (0, 1): ("2", "bold"), (1, 1): ("7", "normal")}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("said", "is")
