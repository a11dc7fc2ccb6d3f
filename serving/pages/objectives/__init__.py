"""The five objectives, quarter by quarter: a page and a two-page paper without anybody in it."""
