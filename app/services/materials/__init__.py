"""Material: purchases and what arrives when."""
