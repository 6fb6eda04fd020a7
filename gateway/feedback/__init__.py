"""The learning loop: corrections of answers, kept with consent, filtered, counted, exported, handed to a fine-tune API.

Start at `intake` (what `POST /v1/feedback` calls), then `filters` (what is worth learning from) and `submitting`.
The guide (part 6.2) drops corrections with an edit distance below 3; that would lose most of Chinese, where one
character is a word, and every corrected digit: see `distance`.
"""
