"""One person's score, explained: points, probability, reasons by family with the incidents behind each, and limits."""
