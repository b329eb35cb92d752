"""A report as one HTML file that opens from disk: what is on it, how it is drawn, and how it is put together.

Pictures are plain data for Plotly, whose script is put into the file; nothing is asked of any network.
"""
