"""The style networks, built by scripts/build_models.py: predict_256.tflite and transfer_768.tflite.

Arbitrary image stylization (Ghiasi et al. 2017, arXiv:1705.06830), Magenta's weights, Apache-2.0.
"""
