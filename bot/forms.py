"""A form as text, where nothing can be filled in; pure."""

from bot.views import Field, Form, FormField, Notice, Tone


def form_notice(form: Form) -> Notice:
    """A form where nothing can be filled in: what holds now, and what to type to change it."""
    first = next((field for field in form.fields if field.values), None)
    example = f" {first.option}:{_typed(first)}" if first else ""
    return Notice(
        tone=Tone.INFO,
        text=form.text or form.title,
        hint=f"Change any of them, also several at once. Example: /papers {form.command}{example}",
        fields=tuple(Field(f"{field.label} ({field.option}:…)", _shown(field)) for field in form.fields),
        buttons=form.buttons,
    )


def _shown(field: FormField) -> str:
    labels = {choice.value: choice.label for choice in field.choices}
    return ", ".join(labels.get(value, value) for value in field.values) or "none"


def _typed(field: FormField) -> str:
    text = ",".join(field.values)
    return f'"{text}"' if " " in text else text
