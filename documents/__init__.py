"""What is on paper: from the file that a user gives to pages of lines, with boxes and confidence.

    files/        what a file is, its limits, its pages as pictures
    text_layer/   whether what a PDF says of itself is to be believed, and its lines
    repair/       the picture of a page, mended until print is dark on white, level and upright
    layout/       columns, rows, cells, tables: from a picture and what was read in its parts to lines in reading order
    engines/      the programs that read print
    formats/      a page as Markdown, as hOCR, and drawn over its picture

`page_reading` joins them for one page; `worker` does that in a process of its own, `pool` keeps such processes, and
`cache` the pages that were read. The stage that pipelines are built with stands above all this: `stages.ocr`.
"""
