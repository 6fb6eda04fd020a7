"""The programs that read print: Tesseract, RapidOCR, and the second asked where the first is unsure."""
