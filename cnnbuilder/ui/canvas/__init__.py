"""The canvas: the network as cards, wires and volumes, and every gesture that draws one."""
