"""The style networks, which scripts/build_models.py builds: `predict_256.tflite` and `transfer_768.tflite`.

Arbitrary image stylization: Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary neural artistic
stylization network", arXiv:1705.06830. Magenta's weights, Apache-2.0.
"""
