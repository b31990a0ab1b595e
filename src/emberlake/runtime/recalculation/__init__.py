"""Recalculation: what changed numbers would come to is planned, approved by somebody, and posted exactly so."""
